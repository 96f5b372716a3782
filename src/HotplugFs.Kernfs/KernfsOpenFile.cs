using HotplugFs.Abi;

namespace HotplugFs.Kernfs;

/// <summary>
/// An open file (the kernel's kernfs_open_file): what was made for its reader and how far it got. One operation at a time; owned
/// by the tree's thread, and used again after <see cref="KernfsTree.Release"/>.
/// </summary>
public sealed class KernfsOpenFile
{
    // A text this long is not worth keeping the memory of for whoever opens next.
    private const int KeptTextLimit = 64 * 1024;

    private readonly KernfsTree _tree;
    private FileEntry? _row;

    internal KernfsOpenFile(KernfsTree tree, ulong handle)
    {
        _tree = tree;
        Handle = handle;
    }

    /// <summary>The number of the open file; used again once it is closed.</summary>
    public ulong Handle { get; }

    /// <summary>The file.</summary>
    public NodeId Node { get; private set; }

    /// <summary>False after <see cref="KernfsTree.Release"/>.</summary>
    public bool IsOpen => _row is not null;

    /// <summary>Whoever waits for <see cref="KernfsTree.Notify"/>, as a number of its own choice; null if nobody does.</summary>
    public ulong? Waiter { get; set; }

    /// <summary>The text made for the reader.</summary>
    internal TextBuffer Text { get; private set; } = new();

    /// <summary>Where the last read ended.</summary>
    internal long Position { get; set; }

    /// <summary>How far a reader of a log was moved forward because its place was dropped.</summary>
    internal long Skipped { get; set; }

    /// <summary>True before the first read and from a notification to the next read.</summary>
    internal bool HasUnreadChange { get; set; }

    internal bool IsAlive => _tree.IsAlive(Node);

    /// <summary>Reads (pread(2)).</summary>
    /// <param name="offset">Where, not negative.</param>
    /// <param name="destination">Where to put the bytes.</param>
    /// <returns>How many bytes, 0 at the end; ENODEV if the object went; what show failed with.</returns>
    public Result<int> Read(long offset, Span<byte> destination) => Entry.Read(this, offset, destination);

    /// <summary>Writes: one store, wherever the file position is.</summary>
    /// <param name="data">What to write; only the first page of it counts for attributes.</param>
    /// <returns>How many bytes were taken; ENODEV if the object went; what store failed with.</returns>
    public Result<int> Write(ReadOnlySpan<byte> data) => Entry.Write(this, data);

    /// <summary>True if what is read never changes: a copy made once serves for ever.</summary>
    public bool IsConstant => Entry.IsConstantOf(Node.Object);

    /// <summary>Makes the text that reading from the beginning would give now.</summary>
    /// <param name="text">Where to put it, instead of what is there.</param>
    /// <returns>False if there is none: the file is no attribute, or reading it fails.</returns>
    public bool TryCopy(TextBuffer text) => Entry.TryCopy(this, text);

    /// <summary>Says that reads of this open file will not be asked for here: as far as poll(2) knows, the text has been read.</summary>
    public void WillBeReadElsewhere() => HasUnreadChange = false;

    /// <summary>What poll(2) reports now.</summary>
    public PollEvents Poll() => Entry.Poll(this);

    internal void Begin(NodeId node, FileEntry row)
    {
        Node = node;
        _row = row;
        Position = 0;
        Skipped = 0;
        HasUnreadChange = true;
    }

    internal void End()
    {
        _row = null;
        Waiter = null;
        if (Text.Length > KeptTextLimit)
            Text = new TextBuffer();
        Text.Clear();
    }

    private FileEntry Entry => _row ?? throw new InvalidOperationException("the file is closed");
}
