namespace HotplugFs.Simulator.Kernel;

/// <summary>The names of a directory, read from the tree without the session.</summary>
internal sealed class NameList : IDirectorySink
{
    private readonly List<(string Name, NodeId Node)> _entries = [];

    /// <summary>Lists a directory without <c>.</c> and <c>..</c>.</summary>
    public static List<(string Name, NodeId Node)> Of(KernfsTree tree, NodeId directory)
    {
        var list = new NameList();
        _ = tree.ReadDirectory(directory, 2, list);
        return list._entries;
    }

    public bool Add(NodeId id, ReadOnlySpan<byte> name, ulong next)
    {
        _entries.Add((Encoding.UTF8.GetString(name), id));
        return true;
    }
}
