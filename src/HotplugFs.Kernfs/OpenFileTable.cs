namespace HotplugFs.Kernfs;

/// <summary>The open files of a tree, by handle, and the pollers to wake. Closed files are reused.</summary>
public sealed class OpenFileTable
{
    private readonly List<KernfsOpenFile> _files = [];
    private readonly Stack<KernfsOpenFile> _closedFiles = [];
    private readonly List<ulong> _wakeUps = [];
    private readonly TreeOptions _options;

    internal OpenFileTable(TreeOptions options) => _options = options;

    /// <summary>True if there are pollers to wake (<see cref="TakeWakeUps"/>).</summary>
    public bool HasWakeUps => _wakeUps.Count != 0;

    /// <summary>Finds an open file by its <see cref="KernfsOpenFile.Handle"/>.</summary>
    /// <returns>The open file; EBADF if no open file has this handle.</returns>
    public Result<KernfsOpenFile> Find(ulong handle) =>
        handle < (ulong)_files.Count && _files[(int)handle] is { IsOpen: true } file ? file : Errno.EBADF;

    /// <summary>Closes a file. The next file to be opened reuses the object and its handle.</summary>
    /// <exception cref="InvalidOperationException">The file is closed already.</exception>
    public void Release(KernfsOpenFile file)
    {
        if (!file.IsOpen)
            throw new InvalidOperationException("an open file is closed twice");
        file.End();
        _closedFiles.Push(file);
    }

    /// <summary>
    /// Wakes the pollers of a file (the kernel's sysfs_notify). Each open file of it reports <see cref="PollEvents.Changed"/> until it is
    /// read again.
    /// </summary>
    public void Notify(NodeId id)
    {
        foreach (var file in _files)
        {
            if (!file.IsOpen || file.Node != id)
                continue;
            file.HasUnreadChange = true;
            if (file.Waiter is not { } waiter)
                continue;
            _wakeUps.Add(waiter);
            file.Waiter = null;
        }
    }

    /// <summary>Moves the pollers to wake, as their <see cref="KernfsOpenFile.Waiter"/>, to the end of a list.</summary>
    public void TakeWakeUps(List<ulong> waiters)
    {
        waiters.AddRange(_wakeUps);
        _wakeUps.Clear();
    }

    internal KernfsOpenFile Add(NodeKind kind, NodeId node, FileEntry entry)
    {
        if (!_closedFiles.TryPop(out var file))
        {
            file = new KernfsOpenFile((ulong)_files.Count, _options);
            _files.Add(file);
        }
        file.Begin(kind, node, entry);
        return file;
    }
}
