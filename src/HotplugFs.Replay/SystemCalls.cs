using System.Globalization;
using System.Text;
using System.Text.Json;
using HotplugFs.Abi;

namespace HotplugFs.Replay;

/// <summary>One call of a recorded sequence: its name and arguments.</summary>
/// <param name="json">The recorded step.</param>
internal readonly struct RecordedCall(JsonElement json)
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

    /// <summary>Reads a step.</summary>
    /// <param name="step">As recorded.</param>
    /// <exception cref="FormatException">It is none that recordings have.</exception>
    public static RecordedCall From(JsonElement step)
    {
        var call = new RecordedCall(step);
        return Known.Contains(call.Verb) ? call : throw new FormatException($"\"{call.Verb}\" is no system call of a recording");
    }

    /// <summary>The recorder's name of the call; those with <c>k</c> in front use descriptors that stay open between operations.</summary>
    public string Verb => json[0].GetString()!;

    /// <summary>How many arguments there are.</summary>
    public int Count => json.GetArrayLength() - 1;

    public string Text(int index) => json[index + 1].GetString()!;

    public int Int(int index) => json[index + 1].GetInt32();

    public long Long(int index) => json[index + 1].GetInt64();

    /// <summary>A number written in octal, as permissions are.</summary>
    public uint Octal(int index) => Convert.ToUInt32(Text(index), 8);

    /// <summary>Bytes, recorded as code points.</summary>
    public byte[] Bytes(int index) => Encoding.Latin1.GetBytes(Text(index));

    /// <summary>What a writing call writes.</summary>
    public byte[] Data => Verb switch
    {
        "writerep" => Filled(),
        "pwrite" or "kwrite" => Bytes(1),
        _ => Bytes(0),
    };

    /// <summary><c>["writerep", fill, length, start]</c>: the start, then the filling byte up to the length.</summary>
    private byte[] Filled()
    {
        var data = new byte[Int(1)];
        Array.Fill(data, Bytes(0)[0]);
        Bytes(2).CopyTo(data, 0);
        return data;
    }

    public override string ToString() => json.GetRawText();
}

/// <summary>What a call came to: its value or errno, and what it told besides, by the recordings' names.</summary>
internal sealed class CallOutcome
{
    private readonly Dictionary<string, string> _fields = [];

    private CallOutcome(Errno? error, long value, string? skipped)
    {
        Error = error?.Name();
        Value = value;
        Skipped = skipped;
    }

    /// <summary>Name of the errno, or null on success.</summary>
    public string? Error { get; }

    /// <summary>What it returned.</summary>
    public long Value { get; }

    /// <summary>Why it was not made; null if it was.</summary>
    public string? Skipped { get; }

    /// <summary>What it told: numbers in decimal, lists sorted with blanks in between.</summary>
    public IReadOnlyDictionary<string, string> Fields => _fields;

    public static CallOutcome Ok(long value = 0) => new(null, value, null);

    public static CallOutcome Failed(Errno error) => new(error, -1, null);

    public static CallOutcome Skip(string reason) => new(null, 0, reason);

    /// <summary>A read of so many bytes.</summary>
    public static CallOutcome Read(ReadOnlySpan<byte> data) => Ok(data.Length).With("data", Encoding.Latin1.GetString(data));

    public static implicit operator CallOutcome(Errno error) => Failed(error);

    public CallOutcome With(string field, string value)
    {
        _fields[field] = value;
        return this;
    }

    public CallOutcome With(string field, long value) => With(field, value.ToString(CultureInfo.InvariantCulture));
}
