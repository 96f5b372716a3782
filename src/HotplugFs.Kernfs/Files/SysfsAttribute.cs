using HotplugFs.Abi;

namespace HotplugFs.Kernfs;

/// <summary>
/// An ordinary sysfs attribute: at most a page of text, each write(2) is one store, and whoever opens it in a way that no
/// permission bit allows gets EACCES, root too. Follows Documentation/filesystems/sysfs.rst and recordings <c>*-f-fileops-*</c>.
/// </summary>
public sealed class SysfsAttribute : FileEntry
{
    /// <summary>Bytes of a text, of a write and, by default, st_size.</summary>
    public const int PageSize = 4096;

    private readonly Show? _show;
    private readonly Store? _store;

    internal SysfsAttribute(string name, Show? show, Store? store, uint mode, long size, IsVisible? isVisible)
        : base(name, mode, size, isVisible)
    {
        _show = show;
        _store = store;
    }

    /// <summary>Of which objects the text never changes; of none if null.</summary>
    public IsConstant? Constancy { get; init; }

    internal override bool ModeBindsRoot => true;

    internal override bool IsConstantOf(int obj) => Constancy is not null && Constancy(obj);

    internal override bool TryCopy(KernfsOpenFile file, TextBuffer text)
    {
        if (_show is null || !file.IsAlive)
            return false;
        text.Clear();
        var shown = _show(file.Node.Object, text);
        text.Truncate(PageSize);
        return shown.IsOk;
    }

    internal override Result<int> Read(KernfsOpenFile file, long offset, Span<byte> destination) =>
        SeqFile.Read(file, _show, PageSize, offset, destination);

    internal override Result<int> Write(KernfsOpenFile file, ReadOnlySpan<byte> data)
    {
        if (!file.IsAlive)
            return Errno.ENODEV;
        if (data.IsEmpty)
            return 0;
        // Only chmod can have opened an attribute for what it cannot do.
        if (_store is null)
            return Errno.EIO;
        return _store(file.Node.Object, data[..Math.Min(data.Length, PageSize)]);
    }

    internal override PollEvents Poll(KernfsOpenFile file) =>
        file.HasUnreadChange || !file.IsAlive ? PollEvents.Always | PollEvents.Changed : PollEvents.Always;
}
