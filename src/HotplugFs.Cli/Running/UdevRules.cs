namespace HotplugFs.Cli.Running;

/// <summary>udev rules files, read into memory.</summary>
/// <param name="Files">The name and the text of each file.</param>
internal sealed record UdevRules(IReadOnlyList<(string Name, byte[] Text)> Files)
{
    private const string Suffix = ".rules";

    /// <summary>Reads a file, or all <c>*.rules</c> of a directory.</summary>
    /// <exception cref="CommandException">There is no such file, or it cannot be read.</exception>
    public static UdevRules Read(string path)
    {
        try
        {
            if (!Directory.Exists(path))
                return new UdevRules([(NameOf(path), File.ReadAllBytes(path))]);
            var files = Directory.GetFiles(path, "*" + Suffix);
            if (files.Length == 0)
                throw new CommandException($"--udev {path}: no *{Suffix} in this directory");
            return new UdevRules([.. files.Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))]);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"--udev {path}: {problem.Message}");
        }
    }

    /// <summary>Appends .rules to other names, because udev reads no other files.</summary>
    private static string NameOf(string path) =>
        Path.GetFileName(path) is var name && name.EndsWith(Suffix, StringComparison.Ordinal) ? name : name + Suffix;
}
