using HotplugFs.Kernfs;

namespace HotplugFs.Replay.InProcess;

/// <summary>
/// Accesses files of a tree by the paths of recordings, without a mount. It resolves paths and checks permissions in place of the kernel,
/// which does so before it asks a file system.
/// </summary>
internal sealed class TreeFiles(KernfsTree tree)
{
    private const int ReadSizeBytes = 65536;
    private const int LinksMax = 40;
    private const uint ReadBit = 4;
    private const uint WriteBit = 2;

    private readonly byte[] _buffer = new byte[ReadSizeBytes];

    /// <summary>Opens a file, writes once, and closes it.</summary>
    public FileOutcome Write(string path, ReadOnlySpan<byte> data, uint uid)
    {
        var opened = Open(path, OpenFlags.WriteOnly, uid);
        if (!opened.IsOk)
            return FileOutcome.Failed(opened.Error, "open");
        var written = opened.Value.Write(data);
        tree.OpenFiles.Release(opened.Value);
        return written.IsOk ? new FileOutcome(null, null, [], written.Value) : FileOutcome.Failed(written.Error, "write");
    }

    /// <summary>Opens a file, reads 64 KiB once, and closes it.</summary>
    public FileOutcome Read(string path, uint uid)
    {
        var opened = Open(path, OpenFlags.ReadOnly, uid);
        // The kernel opens a directory, and then refuses to read it.
        if (!opened.IsOk)
            return FileOutcome.Failed(opened.Error, opened.Error == Errno.EISDIR ? "read" : "open");
        var read = opened.Value.Read(0, _buffer);
        tree.OpenFiles.Release(opened.Value);
        return read.IsOk ? new FileOutcome(null, null, _buffer[..read.Value], read.Value) : FileOutcome.Failed(read.Error, "read");
    }

    /// <summary>Returns the names in a directory, with <c>/</c> after directories and <c>@</c> after links.</summary>
    public Result<string[]> List(string path)
    {
        var found = Find(path);
        if (!found.IsOk)
            return found.Error;
        var children = new DirectoryNames();
        if (tree.ReadDirectory(found.Value, 0, children).Failed(out var error))
            return error;
        return children.Entries.Select(entry => entry.Name + ModeText.Suffix(tree.GetAttributes(entry.Id).Value.Mode)).ToArray();
    }

    /// <summary>Opens a file as open(2), with the permission check that the kernel makes before it asks a file system.</summary>
    public Result<KernfsOpenFile> Open(string path, uint flags, uint uid)
    {
        var found = Find(path);
        return found.IsOk ? Open(found.Value, flags, uid) : found.Error;
    }

    /// <inheritdoc cref="Open(string, uint, uint)"/>
    public Result<KernfsOpenFile> Open(NodeId node, uint flags, uint uid)
    {
        var writes = OpenFlags.Writes(flags) || (flags & OpenFlags.Truncate) != 0;
        var wanted = (OpenFlags.Reads(flags) ? ReadBit : 0) | (writes ? WriteBit : 0);
        return MayAccess(node, wanted, uid) ? tree.Open(node, flags) : Errno.EACCES;
    }

    /// <summary>
    /// Returns whether access(2) would succeed. Root may read and write everything, and execute a file that has any execute bit.
    /// </summary>
    /// <param name="wanted">Bits: 4 to read, 2 to write, 1 to execute.</param>
    /// <param name="uid">The user, and the group with the same number.</param>
    public bool MayAccess(NodeId node, uint wanted, uint uid)
    {
        var attributes = tree.GetAttributes(node).Value;
        if (uid == 0)
            return (wanted & 1) == 0 || attributes.IsDirectory || (attributes.Mode & 0x49) != 0;
        var bits = attributes.Mode >> (attributes.Uid == uid ? 6 : attributes.Gid == uid ? 3 : 0);
        return (bits & wanted) == wanted;
    }

    /// <summary>Finds a path that has no link in it.</summary>
    public Result<NodeId> Find(string path) => tree.Find(path.StartsWith('/') ? path : $"sys/devices/system/{path}");

    /// <summary>Finds a path and follows links.</summary>
    /// <param name="followsLast">False to return a link at the end of the path itself, as lstat(2) does.</param>
    public Result<NodeId> Resolve(string path, bool followsLast = true)
    {
        if (path.Length == 0)
            return Errno.ENOENT;
        var node = tree.Root;
        var names = new Stack<string>(Names(path.StartsWith('/') ? path : $"sys/devices/system/{path}").Reverse());
        var links = 0;
        while (names.TryPop(out var name))
        {
            if (!tree.GetAttributes(node).Value.IsDirectory)
                return Errno.ENOTDIR;
            if (name == ".")
                continue;
            var found = name == ".." ? tree.ParentOf(node) : tree.Lookup(node, System.Text.Encoding.UTF8.GetBytes(name));
            if (!found.IsOk)
                return found.Error;
            var target = new TextBuffer();
            if ((names.Count == 0 && !followsLast) || !tree.ReadLink(found.Value, target).IsOk)
                node = found.Value;
            else if (++links > LinksMax)
                return Errno.ELOOP;
            else
                foreach (var part in Names(target.ToString()).Reverse())
                    names.Push(part);
        }
        return path.EndsWith('/') && !tree.GetAttributes(node).Value.IsDirectory ? Errno.ENOTDIR : node;
    }

    private static string[] Names(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);
}
