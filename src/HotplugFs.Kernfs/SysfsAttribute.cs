namespace HotplugFs.Kernfs;

/// <summary>
/// An ordinary sysfs attribute: at most a page of text, one store per write(2), and EACCES, even for root, if no permission bit allows the
/// access. Follows Documentation/filesystems/sysfs.rst and the recordings <c>*-f-fileops-*</c> (docs/kernels.md, "File operations").
/// </summary>
public sealed class SysfsAttribute : SeqFileEntry
{
    /// <summary>Bytes in a page of most kernels. A text and a write are at most a page long.</summary>
    public const int UsualPageSize = 4096;

    /// <summary>Stands for an st_size of one page.</summary>
    public const long OnePage = -1;

    internal SysfsAttribute(string name, Show? show, Store? store, uint mode, long size, IsVisible? isVisible)
        : base(name, show, store, mode, size, isVisible, UsualPageSize)
    {
    }

    /// <summary>The objects for which the text never changes; null for none.</summary>
    public IsConstant? Constancy { get; init; }

    internal override long SizeIn(int pageSize) => Size == OnePage ? pageSize : Size;

    private protected override int WriteMax(KernfsOpenFile file) => file.WriteMax;

    internal override bool ModeBindsRoot => true;

    internal override bool IsConstantOf(int obj) => Constancy is not null && Constancy(obj);

    internal override bool TryCopy(KernfsOpenFile file, TextBuffer text) => file.IsAlive && MakeText(file.Node.Object, text).IsOk;

    internal override PollEvents Poll(KernfsOpenFile file) =>
        file.HasUnreadChange || !file.IsAlive ? PollEvents.Always | PollEvents.Changed : PollEvents.Always;
}
