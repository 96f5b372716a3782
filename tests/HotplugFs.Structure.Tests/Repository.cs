namespace HotplugFs.Structure.Tests;

/// <summary>The checkout that these tests belong to.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The names of the projects in src/, sorted.</summary>
    public static IEnumerable<string> Projects() =>
        Directory.GetDirectories(Path.Combine(Root, "src")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    /// <summary>The name of a project's assembly.</summary>
    public static string AssemblyOf(string project) => project == "HotplugFs.Cli" ? "hotplugfs" : project;

    /// <summary>The C# files of the product and its tests.</summary>
    public static IEnumerable<string> Sources() => Files("src", "tests").Where(path => path.EndsWith(".cs", StringComparison.Ordinal));

    /// <summary>All files below some folders, build output apart; without a folder, those of the whole checkout.</summary>
    public static IEnumerable<string> Files(params string[] folders) =>
        (folders.Length == 0 ? [""] : folders).SelectMany(folder => FilesBelow(new DirectoryInfo(Path.Combine(Root, folder))));

    private static IEnumerable<string> FilesBelow(DirectoryInfo folder) =>
        folder.EnumerateFiles().Select(file => file.FullName)
            .Concat(folder.EnumerateDirectories().Where(child => child.Name is not (".git" or "artifacts" or "obj" or "bin")).SelectMany(FilesBelow));

    public static string Relative(string path) => Path.GetRelativePath(Root, path);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "HotplugFs.sln")))
                return folder.FullName;
        return Environment.GetEnvironmentVariable("HOTPLUGFS_SOURCE")
            ?? throw new InvalidOperationException("no HotplugFs.sln above the test's folder; set HOTPLUGFS_SOURCE to the checkout");
    }
}
