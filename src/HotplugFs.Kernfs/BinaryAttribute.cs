namespace HotplugFs.Kernfs;

/// <summary>A binary sysfs attribute: each read makes the text and returns a part of it. Nothing is kept between reads.</summary>
public sealed class BinaryAttribute : FileEntry
{
    private readonly Show _show;

    internal BinaryAttribute(string name, Show show, long size, bool omitsLastByte, uint mode, IsVisible? isVisible)
        : base(name, mode, size, isVisible)
    {
        _show = show;
        OmitsLastByte = omitsLastByte;
    }

    /// <summary>
    /// True if each read returns one byte less than it could, at least none, counting a NUL after the text, and a read between that NUL and
    /// st_size fails with EPERM. The CPU lists and maps do so (docs/kernels.md, "Node directories").
    /// </summary>
    public bool OmitsLastByte { get; }

    internal override bool ModeBindsRoot => true;

    internal override Result<long> MeasureText(int obj, TextBuffer scratch)
    {
        scratch.Clear();
        return _show(obj, scratch).Failed(out var error) ? error : scratch.Length;
    }

    internal override Result<int> Read(KernfsOpenFile file, long offset, Span<byte> destination)
    {
        if (!file.IsAlive)
            return Errno.ENODEV;
        if (offset >= Size)
            return 0;
        if (!file.TryIntercept(out var result))
            result = _show(file.Node.Object, file.Text);
        if (result.Failed(out var error))
            return error;
        var count = Math.Min(destination.Length, Size - offset);
        if (OmitsLastByte && offset > file.Text.Length)
            return Errno.EPERM;
        if (OmitsLastByte)
            count = Math.Min(count, file.Text.Length + 1 - offset) - 1;
        return count <= 0 ? 0 : file.CopyText(offset, destination[..(int)count]);
    }

    internal override Result<int> Write(KernfsOpenFile file, ReadOnlySpan<byte> data) => file.IsAlive ? Errno.EIO : Errno.ENODEV;

    internal override PollEvents Poll(KernfsOpenFile file) => PollEvents.Always | PollEvents.Changed;
}
