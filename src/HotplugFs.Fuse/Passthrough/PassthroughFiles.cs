using HotplugFs.Fuse.Device;

namespace HotplugFs.Fuse.Passthrough;

/// <summary>
/// Decides which open files the kernel reads by itself. The kernel requires all opens of a node to agree: either all of them name the same
/// backing file, or none names any. It registers an open when its caller receives the reply, so opens answered at about the same time are
/// registered in any order. Therefore the decision for the first open holds for all until the last one is closed.
/// </summary>
/// <remarks>Owned by the tree's thread. Allocates nothing for a text that is in the cache.</remarks>
internal sealed class PassthroughFiles
{
    /// <summary>The maximum number of texts. Each takes about 5 KiB of the kernel's memory and no file descriptor.</summary>
    internal const int TextsMax = 1024;

    private readonly PassthroughUse _use;
    private readonly BackingTexts _texts;
    private readonly TextBuffer _text = new();
    private readonly Dictionary<NodeId, OpenNode> _openNodes = [];
    private readonly HashSet<ulong> _handles = [];

    /// <param name="limit">The maximum number of texts.</param>
    internal PassthroughFiles(IBackingFiles files, PassthroughUse use, int limit = TextsMax)
    {
        _use = use;
        _texts = new BackingTexts(files, limit);
    }

    /// <summary>Decides for a file that has just been opened.</summary>
    /// <param name="flags">The flags of open(2).</param>
    internal Backing Begin(KernfsOpenFile file, uint flags)
    {
        if (_use != PassthroughUse.All && !file.HasConstantText)
            return default;
        var isFirst = !_openNodes.TryGetValue(file.Node, out var open);
        var slot = !isFirst && open.Slot == BackingTexts.NoSlot ? BackingTexts.NoSlot : FindSlot(file, flags);
        var isDirect = !isFirst && open.Slot != slot;
        if (!isFirst)
            slot = open.Slot;
        _openNodes[file.Node] = new OpenNode(slot, open.Count + 1);
        _handles.Add(file.Handle);
        if (slot == BackingTexts.NoSlot)
            return default;
        _texts.Pin(slot);
        if (!isDirect)
            file.MarkRead();
        return new Backing(_texts.BackingId(slot), isDirect);
    }

    /// <summary>Ends what <see cref="Begin"/> began. Call it before the file is closed.</summary>
    internal void End(KernfsOpenFile file)
    {
        if (!_handles.Remove(file.Handle))
            return;
        var open = _openNodes[file.Node];
        if (open.Count == 1)
            _openNodes.Remove(file.Node);
        else
            _openNodes[file.Node] = open with { Count = open.Count - 1 };
        if (open.Slot != BackingTexts.NoSlot)
            _texts.Unpin(open.Slot);
    }

    private int FindSlot(KernfsOpenFile file, uint flags) =>
        (flags & OpenFlags.AccessMask) == OpenFlags.ReadOnly && file.TryCopy(_text) ? _texts.Find(_text.Text) : BackingTexts.NoSlot;

    /// <summary>The backing file of an open file.</summary>
    /// <param name="Id">The kernel's number of the backing file; 0 if there is none.</param>
    /// <param name="IsDirect">True if reads go to the server nevertheless.</param>
    internal readonly record struct Backing(int Id, bool IsDirect);

    /// <summary>The decision for all opens of a node.</summary>
    /// <param name="Slot">The slot of the text, or <see cref="BackingTexts.NoSlot"/>.</param>
    /// <param name="Count">The number of opens.</param>
    private readonly record struct OpenNode(int Slot, int Count);
}
