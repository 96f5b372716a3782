using System.Text;
using HotplugFs.Abi;
using HotplugFs.Kernfs;

namespace HotplugFs.Replay.InProcess;

/// <summary>Goes through a directory of a tree and all below it.</summary>
/// <param name="tree">The tree.</param>
internal sealed class TreeWalk(KernfsTree tree)
{
    private const int ReadSizeBytes = 65536;

    public IEnumerable<TreeEntry> Walk(string path, NodeId node, int depth)
    {
        var attributes = tree.GetAttributes(node).Value;
        yield return new TreeEntry(path, Letter(attributes.Mode), Mode(attributes.Mode), attributes.Size, attributes.LinkCount, Content(node, attributes.Mode));
        if (!attributes.IsDirectory || depth == 0)
            yield break;
        var children = new Children();
        tree.ReadDirectory(node, 0, children);
        foreach (var (name, id) in children.Entries)
            foreach (var entry in Walk($"{path}/{name}", id, depth - 1))
                yield return entry;
    }

    public static string Letter(uint mode) => (mode & ModeBits.TypeMask) switch
    {
        ModeBits.Directory => "d",
        ModeBits.Link => "l",
        _ => "f",
    };

    /// <summary>What stands behind a name in a listing.</summary>
    public static string Suffix(uint mode) => Letter(mode) switch { "d" => "/", "l" => "@", _ => "" };

    public static string Mode(uint mode) => Convert.ToString(mode & ModeBits.PermissionMask, 8).PadLeft(4, '0');

    private string? Content(NodeId node, uint mode)
    {
        var text = new TextBuffer();
        if (Letter(mode) == "l")
            return tree.ReadLink(node, text).IsOk ? text.ToString() : null;
        if (Letter(mode) == "d" || (mode & ModeBits.AnyRead) == 0)
            return null;
        var file = tree.Open(node, OpenFlags.ReadOnly).Value;
        var buffer = new byte[ReadSizeBytes];
        var read = file.Read(0, buffer);
        tree.OpenFiles.Release(file);
        return read.IsOk ? Encoding.Latin1.GetString(buffer, 0, read.Value) : read.Error.Name();
    }

    /// <summary>The entries of a directory.</summary>
    internal sealed class Children : IDirectorySink
    {
        public List<(string Name, NodeId Id)> Entries { get; } = [];

        public bool Add(NodeId id, ReadOnlySpan<byte> name, ulong next)
        {
            var text = Encoding.UTF8.GetString(name);
            if (text is not ("." or ".."))
                Entries.Add((text, id));
            return true;
        }
    }
}
