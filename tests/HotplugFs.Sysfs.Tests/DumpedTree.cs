using HotplugFs.Machines.Dumps;

namespace HotplugFs.Sysfs.Tests;

/// <summary>A tree as a dump, as if it was copied. The texts of a test stand in for those of the tree; null hides a file.</summary>
internal sealed class DumpedTree(TestTree tree, Dictionary<string, string?> texts) : IDump
{
    public string? Read(string path) =>
        texts.TryGetValue(path, out var text) ? text : Exists(path, out var mode) && mode == ModeBits.Regular ? tree.Read(path).TrimEnd('\n') : null;

    public string? ReadLink(string path) =>
        texts.TryGetValue(path, out var target) ? target : Exists(path, out var mode) && mode == ModeBits.Link ? tree.ReadLink(path) : null;

    public IReadOnlyCollection<string> List(string path) =>
        Exists(path, out var mode) && mode == ModeBits.Directory
            ? [.. tree.List(path).Where(name => texts.GetValueOrDefault($"{path}/{name}", "") is not null)]
            : [];

    /// <summary>The directories, links and texts below some paths, one a line.</summary>
    public static string[] Describe(TestTree tree, params string[] paths) => [.. paths.SelectMany(path => Below(tree, path))];

    private static IEnumerable<string> Below(TestTree tree, string path)
    {
        if (!tree.Exists(path))
            return [];
        var mode = tree.Mode(path);
        return (mode & ModeBits.TypeMask) switch
        {
            ModeBits.Directory => [$"{path}/", .. tree.List(path).Order(StringComparer.Ordinal).SelectMany(name => Below(tree, $"{path}/{name}"))],
            ModeBits.Link => [$"{path} -> {tree.ReadLink(path)}"],
            _ => [$"{path} {mode:x}{((mode & ModeBits.AnyRead) != 0 ? ": " + tree.ReadOrErrno(path) : "")}"],
        };
    }

    private bool Exists(string path, out uint type)
    {
        type = 0;
        if (!tree.Tree.Find(path).IsOk)
            return false;
        var mode = tree.Mode(path);
        type = mode & ModeBits.TypeMask;
        return type != ModeBits.Regular || (mode & ModeBits.AnyRead) != 0;
    }
}
