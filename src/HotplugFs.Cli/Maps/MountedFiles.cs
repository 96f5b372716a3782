namespace HotplugFs.Cli.Maps;

/// <summary>The files below a directory: a mount, or <c>/</c> for the computer's own.</summary>
internal sealed class MountedFiles(string directory) : IMachineFiles
{
    public string? Read(string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, path));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Not every kernel has each file, and a block can be removed at any time.
            return null;
        }
    }

    public IEnumerable<string> List(string path)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(Path.Combine(directory, path)).Select(name => Path.GetFileName(name))];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
