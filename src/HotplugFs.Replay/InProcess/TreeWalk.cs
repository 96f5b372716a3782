using HotplugFs.Kernfs;

namespace HotplugFs.Replay.InProcess;

/// <summary>Enumerates a directory of a tree and everything below it.</summary>
internal sealed class TreeWalk(KernfsTree tree)
{
    private const int ReadSizeBytes = 65536;

    public IEnumerable<TreeEntry> Walk(string path, NodeId node, int depth)
    {
        var attributes = tree.GetAttributes(node).Value;
        var mode = attributes.Mode;
        var (content, error) = Content(node, mode);
        yield return new TreeEntry(
            path, ModeText.Type(mode), ModeText.Permissions(mode), attributes.Size, attributes.LinkCount, content, error);
        if (!attributes.IsDirectory || depth == 0)
            yield break;
        var children = new DirectoryNames();
        tree.ReadDirectory(node, 0, children);
        foreach (var (name, id) in children.Entries)
            foreach (var entry in Walk($"{path}/{name}", id, depth - 1))
                yield return entry;
    }

    private (string? Content, string? Error) Content(NodeId node, uint mode)
    {
        var text = new TextBuffer();
        if (ModeText.Type(mode) == "l")
            return (tree.ReadLink(node, text).IsOk ? text.ToString() : null, null);
        if (ModeText.Type(mode) == "d" || (mode & ModeBits.AnyRead) == 0)
            return (null, null);
        var file = tree.Open(node, OpenFlags.ReadOnly).Value;
        var buffer = new byte[ReadSizeBytes];
        var read = file.Read(0, buffer);
        tree.OpenFiles.Release(file);
        return read.IsOk ? (Encoding.Latin1.GetString(buffer, 0, read.Value), null) : (null, read.Error.Name());
    }
}
