namespace HotplugFs.Cli.Running;

/// <summary>Rules of udev, as files.</summary>
/// <param name="Files">The name and the text of each.</param>
internal sealed record UdevRules(IReadOnlyList<(string Name, byte[] Text)> Files)
{
    private const string Suffix = ".rules";

    /// <summary>Reads a file, or all <c>*.rules</c> of a directory.</summary>
    /// <param name="path">The file or directory.</param>
    /// <exception cref="RunException">There are none, or they cannot be read.</exception>
    public static UdevRules Read(string path)
    {
        try
        {
            if (!Directory.Exists(path))
                return new UdevRules([(NameOf(path), File.ReadAllBytes(path))]);
            var files = Directory.GetFiles(path, "*" + Suffix);
            if (files.Length == 0)
                throw new RunException($"--udev {path}: no *{Suffix} in this directory");
            return new UdevRules([.. files.Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))]);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new RunException($"--udev {path}: {problem.Message}");
        }
    }

    /// <summary>udev reads no files of other names.</summary>
    private static string NameOf(string path) =>
        Path.GetFileName(path) is var name && name.EndsWith(Suffix, StringComparison.Ordinal) ? name : name + Suffix;
}
