using HotplugFs.Abi;

namespace HotplugFs.Kernfs;

public sealed partial class KernfsTree
{
    private readonly List<KernfsOpenFile> _openFiles = [];
    private readonly Stack<KernfsOpenFile> _closedFiles = [];

    /// <summary>How many files are open.</summary>
    public int OpenFileCount => _openFiles.Count - _closedFiles.Count;

    /// <summary>
    /// Opens a file. Whether the caller's user may open it is for the one who knows the user to check; what is checked here binds
    /// root too.
    /// </summary>
    /// <param name="id">The file.</param>
    /// <param name="flags">The flags of open(2); only the access mode counts.</param>
    /// <returns>The open file; EACCES for a way of opening that no permission bit allows, ENODEV if the object went, EISDIR.</returns>
    public Result<KernfsOpenFile> Open(NodeId id, uint flags)
    {
        if (PlaceOf(id) is not { } place)
            return Errno.ENOENT;
        if (id.Entry == 0)
            return place.Type is null ? Errno.EINVAL : Errno.EISDIR;
        if (EntryOf(place, id) is not FileEntry row)
            return Errno.EINVAL;
        if (!IsAlive(place, id))
            return Errno.ENODEV;
        if (row.ModeBindsRoot)
        {
            var mode = WithChanges(new NodeAttributes { Id = id, Mode = row.Mode }).Mode;
            if ((OpenFlags.Reads(flags) && (mode & ModeBits.AnyRead) == 0) || (OpenFlags.Writes(flags) && (mode & ModeBits.AnyWrite) == 0))
                return Errno.EACCES;
        }
        if (!_closedFiles.TryPop(out var file))
        {
            file = new KernfsOpenFile(this, (ulong)_openFiles.Count);
            _openFiles.Add(file);
        }
        file.Begin(id, row);
        return file;
    }

    /// <summary>The open file of a number.</summary>
    /// <param name="handle">Its <see cref="KernfsOpenFile.Handle"/>.</param>
    /// <returns>The open file; EBADF if none is open under that number.</returns>
    public Result<KernfsOpenFile> OpenFile(ulong handle) =>
        handle < (ulong)_openFiles.Count && _openFiles[(int)handle] is { IsOpen: true } file ? file : Errno.EBADF;

    /// <summary>Closes a file; its object is used again for another.</summary>
    /// <param name="file">The open file.</param>
    public void Release(KernfsOpenFile file)
    {
        if (!file.IsOpen)
            throw new InvalidOperationException("an open file is closed twice");
        file.End();
        _closedFiles.Push(file);
    }

    /// <summary>What fsync(2) of an open file comes to; there is nothing to write back.</summary>
    public Result Sync() => _options.RefusesSync ? Errno.EINVAL : Result.Ok;

    internal bool IsAlive(NodeId id) => PlaceOf(id) is { } place && IsAlive(place, id);
}
