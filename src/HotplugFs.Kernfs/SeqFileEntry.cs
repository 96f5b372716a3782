namespace HotplugFs.Kernfs;

/// <summary>
/// A file that is read like the kernel's seq_file, such as the files of /proc. The text is made by a read at offset 0 or at another
/// offset than the end of the last read. Reads that continue from there return the rest of the same text (recordings
/// <c>*-f-fileops-*</c>, "reading").
/// </summary>
public class SeqFileEntry : FileEntry
{
    private readonly Show? _show;
    private readonly Store? _store;
    private readonly int _textMax;

    internal SeqFileEntry(
        string name, Show? show, Store? store, uint mode, long size, IsVisible? isVisible, int textMax = int.MaxValue)
        : base(name, mode, size, isVisible)
    {
        _show = show;
        _store = store;
        _textMax = textMax;
    }

    internal sealed override Result<long> MeasureText(int obj, TextBuffer scratch) =>
        MakeText(obj, scratch).Failed(out var error) ? error : scratch.Length;

    internal sealed override Result<int> Read(KernfsOpenFile file, long offset, Span<byte> destination)
    {
        if (offset == 0 || offset != file.Position)
        {
            file.Position = 0;
            if (Make(file).Failed(out var error))
                return error;
            file.Position = offset;
        }
        else if (file.Position >= file.Text.Length && !file.IsAlive)
        {
            // After the object was removed, the rest of a text made before is still returned; only reading past its end fails.
            return Errno.ENODEV;
        }
        var count = file.CopyText(offset, destination);
        file.Position += count;
        return count;
    }

    internal sealed override Result<int> Write(KernfsOpenFile file, ReadOnlySpan<byte> data)
    {
        if (!file.IsAlive)
            return Errno.ENODEV;
        if (data.IsEmpty)
            return 0;
        // Without a store, a file can be open for writing only if chmod(2) gave it a write bit.
        if (_store is null)
            return Errno.EIO;
        return _store(file.Node.Object, data[..Math.Min(data.Length, WriteMax(file))]);
    }

    /// <summary>How many bytes a write takes at most.</summary>
    private protected virtual int WriteMax(KernfsOpenFile file) => _textMax;

    /// <summary>Makes the text, cut to its maximum length.</summary>
    /// <returns>EIO without a show; the error of show. The text is empty then.</returns>
    private protected Result MakeText(int obj, TextBuffer text)
    {
        text.Clear();
        if (_show is null)
            return Errno.EIO;
        var shown = _show(obj, text);
        text.Truncate(shown.IsOk ? _textMax : 0);
        return shown;
    }

    private Result Make(KernfsOpenFile file)
    {
        if (!file.IsAlive)
        {
            file.Text.Clear();
            return Errno.ENODEV;
        }
        file.HasUnreadChange = false;
        if (file.TryIntercept(out var result))
            return result;
        return MakeText(file.Node.Object, file.Text);
    }
}
