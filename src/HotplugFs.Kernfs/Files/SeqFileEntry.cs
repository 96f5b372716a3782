using HotplugFs.Abi;

namespace HotplugFs.Kernfs;

/// <summary>A text of any length, as files of /proc are: a snapshot made when reading begins, without a limit of a page.</summary>
public sealed class SeqFileEntry : FileEntry
{
    private readonly Show _show;
    private readonly Store? _store;

    internal SeqFileEntry(string name, Show show, Store? store, uint mode, long size, IsVisible? isVisible)
        : base(name, mode, size, isVisible)
    {
        _show = show;
        _store = store;
    }

    internal override Result<int> Read(KernfsOpenFile file, long offset, Span<byte> destination) =>
        SeqFile.Read(file, _show, int.MaxValue, offset, destination);

    internal override Result<int> Write(KernfsOpenFile file, ReadOnlySpan<byte> data)
    {
        if (!file.IsAlive)
            return Errno.ENODEV;
        if (data.IsEmpty)
            return 0;
        if (_store is null)
            return Errno.EIO;
        return _store(file.Node.Object, data);
    }
}
