using HotplugFs.Abi;
using HotplugFs.Kernfs;

namespace HotplugFs.Fuse.Passthrough;

/// <summary>
/// Decides which open files the kernel reads by itself, and keeps the kernel's rule that all such opens of one node have the same file
/// behind them.
/// </summary>
/// <remarks>Owned by the thread that owns the tree. Allocates nothing for a text that the kernel has.</remarks>
internal sealed class PassthroughFiles
{
    /// <summary>Most texts: some 5 KiB of the kernel's memory each, and no file descriptor.</summary>
    internal const int TextsMax = 1024;

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
    /// <returns>The kernel's number of the file behind it; 0 if the server is to be asked.</returns>
    internal int Begin(KernfsOpenFile file, uint flags)
    {
        if ((flags & OpenFlags.AccessMask) != OpenFlags.ReadOnly || !(_use == PassthroughUse.All || file.IsConstant) || !file.TryCopy(_text))
            return 0;
        var place = _texts.Find(_text.Text);
        if (place < 0)
            return 0;
        if (_openNodes.TryGetValue(file.Node, out var open) && open.Place != place)
            return 0;
        _openNodes[file.Node] = new OpenNode(place, open.Count + 1);
        _handles.Add(file.Handle);
        _texts.Use(place);
        file.WillBeReadElsewhere();
        return _texts.BackingOf(place);
    }

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
        _texts.EndUse(open.Place);
    }

    private readonly record struct OpenNode(int Place, int Count);
}
