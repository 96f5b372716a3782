using HotplugFs.Kernfs;

namespace HotplugFs.Replay.InProcess;

/// <summary>A file descriptor: the file or directory of a tree that is open, and the position, which the kernel keeps.</summary>
internal sealed class TreeDescriptor(KernfsTree tree, TreeFiles files)
{
    private const uint WriteBit = 2;
    private const uint ReadBit = 4;

    private KernfsOpenFile? _file;
    private NodeId? _directory;

    /// <summary>True if the descriptor was opened with O_PATH.</summary>
    private bool _isPath;

    private uint _flags;
    private long _position;

    public CallOutcome Open(string path, string flags, uint uid)
    {
        Close();
        var words = flags.Split('|');
        _flags = words[0] switch { "O_WRONLY" => OpenFlags.WriteOnly, "O_RDWR" => OpenFlags.ReadWrite, _ => OpenFlags.ReadOnly };
        if (words.Contains("O_TRUNC"))
            _flags |= OpenFlags.Truncate;
        if (words.Contains(ForeignFlags.HalfTmpfile))
            return Errno.EINVAL;
        var found = files.Resolve(path, followsLast: !words.Contains("O_NOFOLLOW"));
        if (!found.IsOk)
            return found.Error == Errno.ENOENT && words.Contains("O_CREAT") ? StructureErrors.Create : found.Error;
        if (words.Contains("O_EXCL"))
            return Errno.EEXIST;
        var type = ModeText.Type(tree.GetAttributes(found.Value).Value.Mode);
        if (type == "l")
            return Errno.ELOOP;
        if (words.Contains("O_DIRECTORY") && type != "d")
            return Errno.ENOTDIR;
        _isPath = words.Contains("O_PATH");
        if (_isPath)
            return CallOutcome.Ok();
        return type == "d" ? OpenDirectory(found.Value, words, uid) : OpenFile(found.Value, words, uid);
    }

    private CallOutcome OpenDirectory(NodeId node, string[] words, uint uid)
    {
        if (words.Contains("O_TMPFILE"))
            return files.MayAccess(node, WriteBit, uid) ? Errno.EOPNOTSUPP : Errno.EACCES;
        if (OpenFlags.Writes(_flags) || words.Contains("O_CREAT") || words.Contains("O_TRUNC"))
            return Errno.EISDIR;
        if (!files.MayAccess(node, ReadBit, uid))
            return Errno.EACCES;
        if (words.Contains("O_DIRECT"))
            return Errno.EINVAL;
        _directory = node;
        return CallOutcome.Ok();
    }

    private CallOutcome OpenFile(NodeId node, string[] words, uint uid)
    {
        var opened = files.Open(node, _flags, uid);
        if (!opened.IsOk)
            return opened.Error;
        _file = opened.Value;
        _position = 0;
        if (!words.Contains("O_DIRECT"))
            return CallOutcome.Ok();
        Close();
        return Errno.EINVAL;
    }

    public CallOutcome Read(int count)
    {
        var outcome = ReadAt(_position, count);
        if (outcome.Error is null)
            _position += outcome.Value;
        return outcome;
    }

    public CallOutcome ReadAt(long offset, int count)
    {
        if (_directory is not null)
            return Errno.EISDIR;
        if (_file is null || !OpenFlags.Reads(_flags))
            return Errno.EBADF;
        if (offset < 0)
            return Errno.EINVAL;
        var buffer = new byte[count];
        var read = _file.Read(offset, buffer);
        return read.IsOk ? CallOutcome.Read(buffer.AsSpan(0, read.Value)) : read.Error;
    }

    public CallOutcome Write(byte[] data)
    {
        if (_file is null || !OpenFlags.Writes(_flags))
            return Errno.EBADF;
        var written = _file.Write(data);
        if (!written.IsOk)
            return written.Error;
        _position += written.Value;
        return CallOutcome.Ok(written.Value);
    }

    public CallOutcome Seek(long offset, int whence)
    {
        if (_file is null)
            return Errno.EBADF;
        if (whence > 2)
            return CallOutcome.Skip("lseek: the kernel answers SEEK_DATA and SEEK_HOLE; use --mount");
        if (!tree.Exists(_file.Node))
            return CallOutcome.Skip("lseek: the kernel answers for a removed file; use --mount");
        var position = offset + whence switch { 0 => 0, 1 => _position, _ => tree.GetAttributes(_file.Node).Value.Size };
        return position < 0 ? Errno.EINVAL : CallOutcome.Ok(_position = position);
    }

    /// <summary>Polls. poll(2) reports the events asked for, and errors always.</summary>
    public CallOutcome Poll(int events)
    {
        const int always = (int)PollEvents.Error;
        var found = _file is null ? 0 : (int)_file.Poll() & (events | always);
        return CallOutcome.Ok(found == 0 ? 0 : 1).With("revents", found);
    }

    /// <summary>Calls select(2) for all three conditions, without waiting.</summary>
    public CallOutcome Select()
    {
        if (_file is null)
            return Errno.EBADF;
        var events = _file.Poll();
        int Has(PollEvents wanted) => (events & wanted) != 0 ? 1 : 0;
        var (reads, writes, excepts) = (Has(PollEvents.In), Has(PollEvents.Out), Has(PollEvents.Priority));
        return CallOutcome.Ok(reads + writes + excepts).With("rd", reads).With("wr", writes).With("ex", excepts);
    }

    public CallOutcome Sync()
    {
        if (_file is null)
            return Errno.EBADF;
        var synced = tree.Sync();
        return synced.IsOk ? CallOutcome.Ok() : synced.Error;
    }

    public CallOutcome Truncate()
    {
        if (_file is null)
            return Errno.EBADF;
        var set = tree.SetAttributes(_file.Node, new AttributesChange());
        return set.IsOk ? CallOutcome.Ok() : set.Error;
    }

    public CallOutcome Stat() =>
        (_file?.Node ?? _directory) is { } node ? TreePathCalls.Stat(tree.GetAttributes(node).Value) : Errno.EBADF;

    public CallOutcome Close()
    {
        var wasOpen = _file is not null || _directory is not null || _isPath;
        if (_file is not null)
            tree.OpenFiles.Release(_file);
        _file = null;
        _directory = null;
        _isPath = false;
        return wasOpen ? CallOutcome.Ok() : Errno.EBADF;
    }
}
