namespace HotplugFs.Replay.Recordings;

/// <summary>The result of a recorded system call: its value, or its errno, and what it gave besides.</summary>
internal sealed record RecordedResult
{
    /// <summary>The return value; -1 for failure. For calls that return a descriptor, 0.</summary>
    public required long R { get; init; }

    /// <summary>The name of the errno; <c>?</c> stands for an errno without a name.</summary>
    public string? E { get; init; }

    /// <summary>The bytes of read, pread, readlink, realpath and listxattr.</summary>
    public string? Data { get; init; }

    /// <summary>The names of ls, which sorts them, and lsraw, with <c>/</c> after directories and <c>@</c> after links.</summary>
    public IReadOnlyList<string>? Ents { get; init; }

    /// <summary>stat: <c>d</c>, <c>f</c> or <c>l</c>. statfs: f_type, hexadecimal.</summary>
    public string? Type { get; init; }

    /// <summary>stat: the permissions, four octal digits.</summary>
    public string? Mode { get; init; }

    /// <summary>stat: st_size.</summary>
    public long? Size { get; init; }

    /// <summary>stat: st_nlink.</summary>
    public long? Nlink { get; init; }

    /// <summary>stat: st_uid.</summary>
    public long? Uid { get; init; }

    /// <summary>stat: st_gid.</summary>
    public long? Gid { get; init; }

    /// <summary>stat: st_blocks. statfs: f_blocks.</summary>
    public long? Blocks { get; init; }

    /// <summary>stat: st_blksize.</summary>
    public long? Blksize { get; init; }

    /// <summary>stat: st_mtime, in seconds.</summary>
    public double? Mtime { get; init; }

    /// <summary>stat: st_ctime, in seconds.</summary>
    public double? Ctime { get; init; }

    /// <summary>stat: st_ino.</summary>
    public long? Ino { get; init; }

    /// <summary>stat: st_dev, as <c>major:minor</c>.</summary>
    public string? Dev { get; init; }

    /// <summary>statfs: f_bsize.</summary>
    public long? Bsize { get; init; }

    /// <summary>statfs: f_bfree.</summary>
    public long? Bfree { get; init; }

    /// <summary>statfs: f_files.</summary>
    public long? Files { get; init; }

    /// <summary>statfs: f_ffree.</summary>
    public long? Ffree { get; init; }

    /// <summary>statfs: f_namelen.</summary>
    public long? Namelen { get; init; }

    /// <summary>statfs: f_frsize.</summary>
    public long? Frsize { get; init; }

    /// <summary>statfs: f_flags, hexadecimal.</summary>
    public string? Flags { get; init; }

    /// <summary>poll: the events.</summary>
    public long? Revents { get; init; }

    /// <summary>select: 1 if the descriptor is readable.</summary>
    public long? Rd { get; init; }

    /// <summary>select: 1 if the descriptor is writable.</summary>
    public long? Wr { get; init; }

    /// <summary>select: 1 if the descriptor has an exceptional condition.</summary>
    public long? Ex { get; init; }

    /// <summary>fionread: the number of readable bytes.</summary>
    public long? V { get; init; }

    /// <summary>now: the time, in seconds.</summary>
    public double? Now { get; init; }
}
