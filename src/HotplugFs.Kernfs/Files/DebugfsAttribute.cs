using HotplugFs.Abi;

namespace HotplugFs.Kernfs;

/// <summary>
/// A debugfs attribute of one number, as DEFINE_SIMPLE_ATTRIBUTE makes them: size 0, the text is made by a read at offset 0 and kept
/// for all others, a write takes the first 23 bytes and claims to have taken all. Permission bits do not bind root.
/// </summary>
public sealed class DebugfsAttribute : FileEntry
{
    private const int WriteLimit = 23;

    private readonly Show? _show;
    private readonly Store? _store;

    internal DebugfsAttribute(string name, Show? show, Store? store, uint mode, IsVisible? isVisible)
        : base(name, mode, size: 0, isVisible)
    {
        _show = show;
        _store = store;
    }

    internal override Result<int> Read(KernfsOpenFile file, long offset, Span<byte> destination)
    {
        if (_show is null)
            return Errno.EACCES;
        if (!file.IsAlive)
            return Errno.EIO;
        if (offset == 0 || file.Text.Length == 0)
        {
            file.Text.Clear();
            var shown = _show(file.Node.Object, file.Text);
            if (!shown.IsOk)
            {
                file.Text.Clear();
                return shown.Error;
            }
        }
        if (offset >= file.Text.Length)
            return 0;
        var rest = file.Text.Text[(int)offset..];
        var count = Math.Min(rest.Length, destination.Length);
        rest[..count].CopyTo(destination);
        return count;
    }

    internal override Result<int> Write(KernfsOpenFile file, ReadOnlySpan<byte> data)
    {
        if (_store is null)
            return Errno.EACCES;
        if (!file.IsAlive)
            return Errno.EIO;
        var stored = _store(file.Node.Object, data[..Math.Min(data.Length, WriteLimit)]);
        return stored.IsOk ? data.Length : stored;
    }
}
