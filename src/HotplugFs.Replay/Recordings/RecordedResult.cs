using System.Text.Json.Serialization;

namespace HotplugFs.Replay.Recordings;

/// <summary>The result of a recorded system call: its value, or its errno, and what it gave besides.</summary>
internal sealed class RecordedResult
{
    /// <summary>The return value; -1 for failure. For calls that return a descriptor, 0.</summary>
    [JsonRequired] public long R { get; set; }

    /// <summary>The name of the errno; <c>?</c> stands for an errno without a name.</summary>
    public string? E { get; set; }

    /// <summary>The bytes of read, pread, readlink, realpath and listxattr.</summary>
    public string? Data { get; set; }

    /// <summary>The names of ls, which sorts them, and lsraw, with <c>/</c> after directories and <c>@</c> after links.</summary>
    public List<string>? Ents { get; set; }

    /// <summary>stat: <c>d</c>, <c>f</c> or <c>l</c>. statfs: f_type, hexadecimal.</summary>
    public string? Type { get; set; }

    /// <summary>stat: the permissions, four octal digits.</summary>
    public string? Mode { get; set; }

    /// <summary>stat: st_size.</summary>
    public long? Size { get; set; }

    /// <summary>stat: st_nlink.</summary>
    public long? Nlink { get; set; }

    /// <summary>stat: st_uid.</summary>
    public long? Uid { get; set; }

    /// <summary>stat: st_gid.</summary>
    public long? Gid { get; set; }

    /// <summary>stat: st_blocks. statfs: f_blocks.</summary>
    public long? Blocks { get; set; }

    /// <summary>stat: st_blksize.</summary>
    public long? Blksize { get; set; }

    /// <summary>stat: st_mtime, in seconds.</summary>
    public double? Mtime { get; set; }

    /// <summary>stat: st_ctime, in seconds.</summary>
    public double? Ctime { get; set; }

    /// <summary>stat: st_ino.</summary>
    public long? Ino { get; set; }

    /// <summary>stat: st_dev, as <c>major:minor</c>.</summary>
    public string? Dev { get; set; }

    /// <summary>statfs: f_bsize.</summary>
    public long? Bsize { get; set; }

    /// <summary>statfs: f_bfree.</summary>
    public long? Bfree { get; set; }

    /// <summary>statfs: f_files.</summary>
    public long? Files { get; set; }

    /// <summary>statfs: f_ffree.</summary>
    public long? Ffree { get; set; }

    /// <summary>statfs: f_namelen.</summary>
    public long? Namelen { get; set; }

    /// <summary>statfs: f_frsize.</summary>
    public long? Frsize { get; set; }

    /// <summary>statfs: f_flags, hexadecimal.</summary>
    public string? Flags { get; set; }

    /// <summary>poll: the events.</summary>
    public long? Revents { get; set; }

    /// <summary>select: 1 if the descriptor is readable.</summary>
    public long? Rd { get; set; }

    /// <summary>select: 1 if the descriptor is writable.</summary>
    public long? Wr { get; set; }

    /// <summary>select: 1 if the descriptor has an exceptional condition.</summary>
    public long? Ex { get; set; }

    /// <summary>fionread: the number of readable bytes.</summary>
    public long? V { get; set; }

    /// <summary>now: the time, in seconds.</summary>
    public double? Now { get; set; }
}
