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
    /// True if each read returns one byte less than it could, at least none, counting a NUL after the text. The CPU maps of 6.1 do so: a
    /// read of one byte at offset 0 returns nothing (recording <c>6.1-f-fileops-root</c>, cpumap).
    /// </summary>
    public bool OmitsLastByte { get; }

    internal override bool ModeBindsRoot => true;

    internal override Result<int> Read(KernfsOpenFile file, long offset, Span<byte> destination)
    {
        if (!file.IsAlive)
            return Errno.ENODEV;
        if (offset >= Size)
            return 0;
        file.Text.Clear();
        if (_show(file.Node.Object, file.Text).Failed(out var error))
            return error;
        var count = Math.Min(destination.Length, Size - offset);
        if (OmitsLastByte)
            count = Math.Min(count, file.Text.Length + 1 - offset) - 1;
        return count <= 0 ? 0 : file.CopyText(offset, destination[..(int)count]);
    }

    internal override Result<int> Write(KernfsOpenFile file, ReadOnlySpan<byte> data) => file.IsAlive ? Errno.EIO : Errno.ENODEV;

    internal override PollEvents Poll(KernfsOpenFile file) => PollEvents.Always | PollEvents.Changed;
}
