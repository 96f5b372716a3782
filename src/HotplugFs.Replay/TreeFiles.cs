using HotplugFs.Abi;
using HotplugFs.Kernfs;

namespace HotplugFs.Replay;

/// <summary>What a system call sequence on one file came to.</summary>
/// <param name="Error">Name of the errno, or null on success.</param>
/// <param name="At">The step that failed: <c>open</c>, <c>read</c>, <c>write</c>.</param>
/// <param name="Data">What was read.</param>
/// <param name="Count">How many bytes were written.</param>
public readonly record struct FileOutcome(string? Error, string? At, byte[] Data, int Count);

/// <summary>Files of a tree by the paths of the recordings, without a mount.</summary>
/// <param name="tree">The tree.</param>
public sealed class TreeFiles(KernfsTree tree)
{
    private const int ReadSizeBytes = 65536;

    /// <summary>open, one write, close.</summary>
    /// <param name="path">The file, relative to /sys/devices/system unless it starts with a slash.</param>
    /// <param name="data">What to write.</param>
    /// <param name="uid">The user.</param>
    public FileOutcome Write(string path, ReadOnlySpan<byte> data, uint uid)
    {
        var opened = Open(path, OpenFlags.WriteOnly, uid);
        if (!opened.IsOk)
            return Failed(opened.Error, "open");
        var written = opened.Value.Write(data);
        tree.Release(opened.Value);
        return written.IsOk ? new FileOutcome(null, null, [], written.Value) : Failed(written.Error, "write");
    }

    /// <summary>open, one read of 64 KiB, close.</summary>
    /// <param name="path">The file.</param>
    /// <param name="uid">The user.</param>
    public FileOutcome Read(string path, uint uid)
    {
        var opened = Open(path, OpenFlags.ReadOnly, uid);
        // The kernel opens directories without asking the tree.
        if (!opened.IsOk)
            return Failed(opened.Error, opened.Error == Errno.EISDIR ? "read" : "open");
        var buffer = new byte[ReadSizeBytes];
        var read = opened.Value.Read(0, buffer);
        tree.Release(opened.Value);
        return read.IsOk ? new FileOutcome(null, null, buffer[..read.Value], read.Value) : Failed(read.Error, "read");
    }

    /// <summary>The entries of a directory, sorted, with <c>/</c> behind directories and <c>@</c> behind links.</summary>
    /// <param name="path">The directory.</param>
    /// <returns>The entries, or the errno.</returns>
    public Result<string[]> List(string path)
    {
        var found = Find(path);
        if (!found.IsOk)
            return found.Error;
        var names = new NameList(tree);
        var listed = tree.ReadDirectory(found.Value, 0, names);
        return listed.IsOk ? names.Names.Order(StringComparer.Ordinal).ToArray() : listed.Error;
    }

    /// <summary>open(2), with the permission check that the kernel makes before it asks a file system.</summary>
    internal Result<KernfsOpenFile> Open(string path, uint flags, uint uid)
    {
        var found = Find(path);
        if (!found.IsOk)
            return found.Error;
        var attributes = tree.GetAttributes(found.Value).Value;
        var bits = attributes.Mode >> (attributes.Uid == uid ? 6 : 0);
        var writes = OpenFlags.Writes(flags) || (flags & OpenFlags.Truncate) != 0;
        var denied = (OpenFlags.Reads(flags) && (bits & 4) == 0) || (writes && (bits & 2) == 0);
        return denied && uid != 0 ? Errno.EACCES : tree.Open(found.Value, flags);
    }

    internal Result<NodeId> Find(string path) => tree.Find(path.StartsWith('/') ? path : $"sys/devices/system/{path}");

    private static FileOutcome Failed(Errno error, string at) => new(error.Name(), at, [], 0);

    private sealed class NameList(KernfsTree tree) : IDirectorySink
    {
        public List<string> Names { get; } = [];

        public bool Add(NodeId id, ReadOnlySpan<byte> name, ulong next)
        {
            var text = System.Text.Encoding.UTF8.GetString(name);
            if (text is "." or "..")
                return true;
            var type = tree.GetAttributes(id).Value.Mode & Abi.FileMode.TypeMask;
            Names.Add(text + type switch { Abi.FileMode.Directory => "/", Abi.FileMode.Link => "@", _ => "" });
            return true;
        }
    }
}
