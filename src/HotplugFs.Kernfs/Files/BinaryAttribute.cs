using HotplugFs.Abi;

namespace HotplugFs.Kernfs;

/// <summary>A sysfs binary attribute: each read makes the text anew and takes its part of it, nothing is kept in between.</summary>
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
    /// True if each read gives one byte less than it could, down to none, counting a NUL behind the text: the bitmaps of 6.1,
    /// where a read of one byte at 0 gives none (recording <c>6.1-f-fileops-root</c>, cpumap).
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
        var shown = _show(file.Node.Object, file.Text);
        if (!shown.IsOk)
            return shown.Error;
        var wanted = Math.Min(destination.Length, Size - offset);
        var count = OmitsLastByte
            ? Math.Min(wanted, file.Text.Length + 1 - offset) - 1
            : Math.Min(wanted, file.Text.Length - offset);
        if (count <= 0)
            return 0;
        file.Text.Text.Slice((int)offset, (int)count).CopyTo(destination);
        return (int)count;
    }

    internal override Result<int> Write(KernfsOpenFile file, ReadOnlySpan<byte> data) => file.IsAlive ? Errno.EIO : Errno.ENODEV;

    internal override PollEvents Poll(KernfsOpenFile file) => PollEvents.Always | PollEvents.Changed;
}
