using HotplugFs.Abi;
using HotplugFs.Kernfs;

namespace HotplugFs.Fuse.Passthrough;

/// <summary>
/// Decides which open files the kernel reads by itself, and keeps the kernel's rules: all opens of one node name the same file or none of them
/// names any. The kernel takes note of an open when its caller has read the answer, so opens that were answered at about the same time come in any
/// order, and what the first of them was told holds for all until the last is closed.
/// </summary>
/// <remarks>Owned by the thread that owns the tree. Allocates nothing for a text that the kernel has.</remarks>
internal sealed class PassthroughFiles
{
    /// <summary>Most texts: some 5 KiB of the kernel's memory each, and no file descriptor.</summary>
    internal const int TextsMax = 1024;

    private const int NoPlace = -1;

    private readonly PassthroughUse _use;
    private readonly BackingTexts _texts;
    private readonly TextBuffer _text = new();
    private readonly Dictionary<NodeId, OpenNode> _openNodes = [];
    private readonly HashSet<ulong> _handles = [];

    /// <param name="files">The kernel.</param>
    /// <param name="use">For which attributes.</param>
    /// <param name="limit">Most texts at a time.</param>
    internal PassthroughFiles(IBackingFiles files, PassthroughUse use, int limit = TextsMax)
    {
        _use = use;
        _texts = new BackingTexts(files, limit);
    }

    /// <summary>How many texts the kernel has.</summary>
    internal int TextCount => _texts.Count;

    /// <summary>Tries to let the kernel read a file that has just been opened.</summary>
    /// <param name="file">The open file.</param>
    /// <param name="flags">The flags of open(2).</param>
    /// <returns>What is behind the file.</returns>
    internal Backing Begin(KernfsOpenFile file, uint flags)
    {
        if (_use != PassthroughUse.All && !file.IsConstant)
            return default;
        var isFirst = !_openNodes.TryGetValue(file.Node, out var open);
        var place = !isFirst && open.Place < 0 ? NoPlace : PlaceOf(file, flags);
        var isDirect = !isFirst && open.Place != place;
        if (!isFirst)
            place = open.Place;
        _openNodes[file.Node] = new OpenNode(place, open.Count + 1);
        _handles.Add(file.Handle);
        if (place < 0)
            return default;
        _texts.Use(place);
        if (!isDirect)
            file.WillBeReadElsewhere();
        return new Backing(_texts.BackingOf(place), isDirect);
    }

    /// <summary>The place of the text that the kernel may read in the server's place.</summary>
    private int PlaceOf(KernfsOpenFile file, uint flags) =>
        (flags & OpenFlags.AccessMask) == OpenFlags.ReadOnly && file.TryCopy(_text) ? _texts.Find(_text.Text) : NoPlace;

    /// <summary>Ends what <see cref="Begin"/> began, when the file is about to be closed.</summary>
    internal void End(KernfsOpenFile file)
    {
        if (!_handles.Remove(file.Handle))
            return;
        var open = _openNodes[file.Node];
        if (open.Count == 1)
            _openNodes.Remove(file.Node);
        else
            _openNodes[file.Node] = open with { Count = open.Count - 1 };
        if (open.Place >= 0)
            _texts.EndUse(open.Place);
    }

    /// <summary>What is behind an open file.</summary>
    /// <param name="Id">The kernel's number of a file; 0 if there is none.</param>
    /// <param name="IsDirect">The server is asked nevertheless.</param>
    internal readonly record struct Backing(int Id, bool IsDirect);

    /// <summary>What all opens of a node are told.</summary>
    /// <param name="Place">The place of the text, or <see cref="NoPlace"/>.</param>
    /// <param name="Count">How many opens there are.</param>
    private readonly record struct OpenNode(int Place, int Count);
}
