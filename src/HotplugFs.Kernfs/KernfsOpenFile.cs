namespace HotplugFs.Kernfs;

/// <summary>
/// An open file (the kernel's kernfs_open_file): the text made for its reader and the position reached. Owned by the tree's thread, and
/// reused after <see cref="OpenFileTable.Release"/>.
/// </summary>
public sealed class KernfsOpenFile
{
    // Buffers longer than this are dropped on release instead of being reused.
    private const int KeptTextMax = 64 * 1024;

    private readonly TreeOptions _options;
    private NodeKind? _kind;
    private FileEntry? _entry;

    internal KernfsOpenFile(ulong handle, TreeOptions options) => (Handle, _options) = (handle, options);

    /// <summary>The number of the open file. Once the file is closed, the number is reused.</summary>
    public ulong Handle { get; }

    /// <summary>The number of the file that is open.</summary>
    public NodeId Node { get; private set; }

    /// <summary>False after <see cref="OpenFileTable.Release"/>.</summary>
    public bool IsOpen => _entry is not null;

    /// <summary>A number of the caller's choice for the poller that waits for <see cref="OpenFileTable.Notify"/>, or null.</summary>
    public ulong? Waiter { get; set; }

    /// <summary>True if the text that is read never changes, so that one copy of it is valid forever.</summary>
    public bool HasConstantText => Entry.IsConstantOf(Node.Object) && _options.Reads is not { IsActive: true };

    /// <summary>What a read waits for, as <see cref="IReadInterceptor"/> sets it; null if none waits.</summary>
    public object? WaitsFor { get; set; }

    /// <summary>The text made for the reader.</summary>
    internal TextBuffer Text { get; private set; } = new();

    /// <summary>Where the last read ended.</summary>
    internal long Position { get; set; }

    /// <summary>How far a log moved its reader forward because the bytes at its position were dropped.</summary>
    internal long Skipped { get; set; }

    /// <summary>How often the log had been restored when it was last read; null before the first read.</summary>
    internal int? LogRestores { get; set; }

    /// <summary>True before the first read and from a notification to the next read.</summary>
    internal bool HasUnreadChange { get; set; }

    /// <inheritdoc cref="TreeOptions.WriteMax"/>
    internal int WriteMax => _options.WriteMax;

    internal bool IsAlive => _kind!.IsAlive(Node);

    private FileEntry Entry => _entry ?? throw new InvalidOperationException("the file is closed");

    /// <summary>Reads like pread(2).</summary>
    /// <param name="offset">Not negative.</param>
    /// <returns>The number of bytes, 0 at the end; ENODEV if the object was removed; the error of show.</returns>
    public Result<int> Read(long offset, Span<byte> destination) => Entry.Read(this, offset, destination);

    /// <summary>Writes with one call of store, regardless of the file position.</summary>
    /// <param name="data">Attributes use at most one page of it.</param>
    /// <returns>The number of bytes stored; ENODEV if the object was removed; the error of store.</returns>
    public Result<int> Write(ReadOnlySpan<byte> data) => Entry.Write(this, data);

    /// <summary>The events that poll(2) reports now.</summary>
    public PollEvents Poll() => Entry.Poll(this);

    /// <summary>Makes the text that a read from the beginning would return now, without reading.</summary>
    /// <param name="text">Its old contents are replaced.</param>
    /// <returns>False if the file is not an attribute or reading it would fail.</returns>
    public bool TryCopy(TextBuffer text) => Entry.TryCopy(this, text);

    /// <summary>Marks the text as read for poll(2), because reads of this open file will not arrive here.</summary>
    public void MarkRead() => HasUnreadChange = false;

    internal void Begin(NodeKind kind, NodeId node, FileEntry entry)
    {
        _kind = kind;
        _entry = entry;
        Node = node;
        Position = 0;
        Skipped = 0;
        LogRestores = null;
        HasUnreadChange = true;
    }

    internal void End()
    {
        _entry = null;
        Waiter = null;
        WaitsFor = null;
        if (Text.Length > KeptTextMax)
            Text = new TextBuffer();
        Text.Clear();
    }

    /// <summary>Lets <see cref="TreeOptions.Reads"/> make the text, which is empty now.</summary>
    /// <returns>False if the file has to make it.</returns>
    internal bool TryIntercept(out Result result)
    {
        result = Result.Ok;
        Text.Clear();
        if (_options.Reads is { IsActive: true } reads)
            return reads.TryMakeText(this, Text, out result);
        WaitsFor = null;
        return false;
    }

    /// <summary>Copies the text from an offset on.</summary>
    /// <returns>The number of bytes, 0 at the end of the text and beyond.</returns>
    internal int CopyText(long offset, Span<byte> destination)
    {
        if (offset >= Text.Length)
            return 0;
        var rest = Text.Text[(int)offset..];
        var count = Math.Min(rest.Length, destination.Length);
        rest[..count].CopyTo(destination);
        return count;
    }
}
