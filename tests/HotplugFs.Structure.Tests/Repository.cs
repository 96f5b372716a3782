namespace HotplugFs.Structure.Tests;

/// <summary>The checkout that these tests belong to.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static IEnumerable<string> Sources() =>
        new[] { "src", "tests" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories));

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
