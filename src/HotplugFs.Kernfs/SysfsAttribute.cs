namespace HotplugFs.Kernfs;

/// <summary>
/// An ordinary sysfs attribute: at most a page of text, one store per write(2), and EACCES, even for root, if no permission bit allows the
/// access. Follows Documentation/filesystems/sysfs.rst and the recordings <c>*-f-fileops-*</c> (docs/kernels.md, "File operations").
/// </summary>
public sealed class SysfsAttribute : SeqFileEntry
{
    /// <summary>The maximum length of a text and of a write in bytes, and the default st_size.</summary>
    public const int PageSize = 4096;

    internal SysfsAttribute(string name, Show? show, Store? store, uint mode, long size, IsVisible? isVisible)
        : base(name, show, store, mode, size, isVisible, PageSize)
    {
    }

    /// <summary>The objects for which the text never changes; null for none.</summary>
    public IsConstant? Constancy { get; init; }

    private protected override int WriteMax(KernfsOpenFile file) => file.WriteMax;

    internal override bool ModeBindsRoot => true;

    internal override bool IsConstantOf(int obj) => Constancy is not null && Constancy(obj);

    internal override bool TryCopy(KernfsOpenFile file, TextBuffer text) => file.IsAlive && MakeText(file.Node.Object, text).IsOk;

    internal override PollEvents Poll(KernfsOpenFile file) =>
        file.HasUnreadChange || !file.IsAlive ? PollEvents.Always | PollEvents.Changed : PollEvents.Always;
}
