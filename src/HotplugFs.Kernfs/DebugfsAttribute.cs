namespace HotplugFs.Kernfs;

/// <summary>
/// A debugfs attribute that holds one number, as DEFINE_SIMPLE_ATTRIBUTE makes it: its size is 0, a read at offset 0 makes the text for all
/// later reads, and a write uses the first 23 bytes but reports all of them as written. Permission bits do not bind root.
/// </summary>
public sealed class DebugfsAttribute : FileEntry
{
    private const int WriteMax = 23;

    private readonly Show? _show;
    private readonly Store? _store;

    internal DebugfsAttribute(string name, Show? show, Store? store, uint mode, IsVisible? isVisible)
        : base(name, mode, size: 0, isVisible)
    {
        _show = show;
        _store = store;
    }

    internal override Result<long> MeasureText(int obj, TextBuffer scratch)
    {
        scratch.Clear();
        if (_show is null)
            return Errno.EACCES;
        return _show(obj, scratch).Failed(out var error) ? error : scratch.Length;
    }

    internal override Result<int> Read(KernfsOpenFile file, long offset, Span<byte> destination)
    {
        if (_show is null)
            return Errno.EACCES;
        if (!file.IsAlive)
            return Errno.EIO;
        if (offset == 0 || file.Text.Length == 0)
        {
            if (!file.TryIntercept(out var result))
                result = _show(file.Node.Object, file.Text);
            if (result.Failed(out var error))
            {
                file.Text.Clear();
                return error;
            }
        }
        return file.CopyText(offset, destination);
    }

    internal override Result<int> Write(KernfsOpenFile file, ReadOnlySpan<byte> data)
    {
        if (_store is null)
            return Errno.EACCES;
        if (!file.IsAlive)
            return Errno.EIO;
        var stored = _store(file.Node.Object, data[..Math.Min(data.Length, WriteMax)]);
        return stored.IsOk ? data.Length : stored;
    }
}
