using System.Text.Json;

namespace HotplugFs.Replay.Recordings;

/// <summary>
/// A call of a recorded sequence: its name, then its arguments. A call uses the descriptor in the current slot, which <c>fd</c> selects;
/// those that begin with <c>k</c> name a slot that stays open between operations.
/// </summary>
internal readonly struct RecordedCall
{
    private static readonly HashSet<string> Known =
    [
        "open", "close", "read", "write", "pread", "pwrite", "writerep", "writenull", "lseek", "fd",
        "stat", "lstat", "fstat", "statfs", "readlink", "realpath", "ls", "lsraw", "chdir", "access",
        "mkdir", "rmdir", "unlink", "mknod", "mkfifo", "symlink", "link", "rename", "truncate", "ftruncate", "fallocate",
        "chmod", "chown", "utimens", "getxattr", "setxattr", "listxattr", "removexattr",
        "mmap", "poll", "select", "fsync", "fionread", "tcgets", "fcntl", "now", "msleep", "insmod", "rmmod", "eat",
        "kopen", "kopenat", "kread", "kwrite", "klseek", "kpoll", "kstat", "kents", "kclose",
    ];

    private readonly JsonElement _json;

    /// <summary>Reads a call.</summary>
    /// <exception cref="FormatException">Recordings have no such call.</exception>
    public RecordedCall(JsonElement json)
    {
        _json = json;
        Name = json.ValueKind == JsonValueKind.Array && json.GetArrayLength() > 0 && json[0].ValueKind == JsonValueKind.String
            ? json[0].GetString()!
            : throw new FormatException($"{json} is not a system call");
        if (!Known.Contains(Name))
            throw new FormatException($"unknown system call \"{Name}\"");
    }

    /// <summary>The recorder's name for the call.</summary>
    public string Name { get; }

    /// <summary>The number of arguments.</summary>
    public int Count => _json.GetArrayLength() - 1;

    /// <summary>The bytes that a writing call writes.</summary>
    public byte[] Data => Name switch
    {
        "writerep" => Filled(),
        "pwrite" or "kwrite" => Bytes(1),
        _ => Bytes(0),
    };

    public string Text(int index) => Argument(index, JsonValueKind.String).GetString()!;

    public int Int(int index) => Argument(index, JsonValueKind.Number).GetInt32();

    public long Long(int index) => Argument(index, JsonValueKind.Number).GetInt64();

    /// <summary>A number in octal digits, as permissions are.</summary>
    public uint Octal(int index) => Text(index) is { Length: > 0 and <= 6 } text && text.All(digit => digit is >= '0' and <= '7')
        ? Convert.ToUInt32(text, 8)
        : throw new FormatException($"argument {index + 1} of {this} must be octal");

    /// <summary>Bytes, recorded as code points.</summary>
    public byte[] Bytes(int index) => Encoding.Latin1.GetBytes(Text(index));

    /// <inheritdoc/>
    public override string ToString() => _json.GetRawText();

    private JsonElement Argument(int index, JsonValueKind kind) => index < Count && _json[index + 1].ValueKind == kind
        ? _json[index + 1]
        : throw new FormatException($"argument {index + 1} of {this} must be a {kind.ToString().ToLowerInvariant()}");

    /// <summary><c>["writerep", FILL, LENGTH, START]</c>: the start, then the filling byte up to the length.</summary>
    private byte[] Filled()
    {
        var (fill, length, start) = (Bytes(0), Int(1), Bytes(2));
        if (fill.Length != 1 || start.Length > length)
            throw new FormatException($"{this} needs one character and a length that is not less than that of the text");
        return [.. start, .. Enumerable.Repeat(fill[0], length - start.Length)];
    }
}
