namespace HotplugFs.Sysfs.Tests;

/// <summary>The documents of the repository, which tests compare with the program.</summary>
internal static class Repository
{
    /// <summary>Reads a document.</summary>
    /// <param name="path">The path from the top of the repository.</param>
    public static string Read(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "HotplugFs.sln")))
                return File.ReadAllText(Path.Combine(folder.FullName, path));
        return File.ReadAllText(Path.Combine(Environment.GetEnvironmentVariable("HOTPLUGFS_SOURCE")!, path));
    }
}
