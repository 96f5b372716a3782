using System.Text;
using System.Text.Json;
using HotplugFs.Abi;
using HotplugFs.Kernfs;

namespace HotplugFs.Replay;

/// <summary>
/// A recorded sequence of system calls on one descriptor, repeated on a tree without a mount. What the kernel itself does in front of a
/// file system (descriptors, positions, O_DIRECT, O_EXCL) is done here in its place; verbs that would test only that are left to a mount.
/// </summary>
/// <param name="tree">The tree.</param>
/// <param name="files">Its files by path.</param>
/// <param name="uid">The user.</param>
internal sealed class SystemCallSequence(KernfsTree tree, TreeFiles files, uint uid)
{
    private static readonly string[] Known = ["open", "read", "write", "pread", "pwrite", "writerep", "lseek", "close", "stat"];

    private KernfsOpenFile? _file;
    private uint _flags;
    private long _position;

    /// <summary>The first call that cannot be repeated here, or null.</summary>
    public string? FirstUnknown(JsonElement steps)
    {
        foreach (var step in steps.EnumerateArray())
        {
            var verb = step[0].GetString()!;
            if (!Known.Contains(verb))
                return verb;
            if (verb == "lseek" && step[2].GetInt32() > 2)
                return "SEEK_DATA and SEEK_HOLE";
            if (verb == "open" && IsForTheKernel(step))
                return "path and creation errors";
        }
        return null;
    }

    /// <summary>Creating a file, and a file with a slash behind it, are decided by the kernel before or after it asks the tree.</summary>
    private bool IsForTheKernel(JsonElement open)
    {
        var path = open[1].GetString()!;
        var found = files.Find(path);
        if (found.IsOk && (tree.GetAttributes(found.Value).Value.Mode & Abi.FileMode.TypeMask) != Abi.FileMode.Regular)
            return true;
        var creates = open[2].GetString()!.Contains("O_CREAT", StringComparison.Ordinal) && !files.Find(path).IsOk;
        string[] words = ["O_TMPFILE", "O_DIRECTORY", "O_PATH", "O_NOFOLLOW"];
        return creates || path.EndsWith('/') || words.Any(open[2].GetString()!.Split('|').Contains);
    }

    /// <summary>Repeats the calls.</summary>
    /// <returns>The differences from what was recorded.</returns>
    public IEnumerable<string> Run(JsonElement operation)
    {
        var steps = operation.GetProperty("steps").EnumerateArray().ToArray();
        var results = operation.GetProperty("res").EnumerateArray().ToArray();
        for (var i = 0; i < steps.Length; i++)
        {
            var (got, data) = Call(steps[i]);
            if (Difference(got, data, results[i]) is { } difference)
                yield return $"{steps[i].GetRawText()}: {difference}";
        }
        if (_file is not null)
            tree.Release(_file);
    }

    private static string? Difference(Result<long> got, byte[]? data, JsonElement expected)
    {
        var error = expected.TryGetProperty("e", out var name) ? name.GetString() : null;
        if (!Replayer.IsThe(error, got.IsOk ? null : got.Error.Name()))
            return $"got {(got.IsOk ? got.Value.ToString() : got.Error.Name())}, expected {error ?? "success"}";
        if (!got.IsOk)
            return null;
        if (got.Value != expected.GetProperty("r").GetInt64())
            return $"returned {got.Value}, expected {expected.GetProperty("r").GetInt64()}";
        var text = data is null ? null : Encoding.Latin1.GetString(data);
        return text is not null && text != expected.GetProperty("data").GetString() ? $"read {text}, expected {expected.GetProperty("data")}" : null;
    }

    private (Result<long> Result, byte[]? Data) Call(JsonElement step) => step[0].GetString() switch
    {
        "open" => (Open(step[1].GetString()!, step[2].GetString()!), null),
        "read" => ReadOn(step[1].GetInt32()),
        "pread" => ReadAt(step[1].GetInt64(), step[2].GetInt32()),
        "write" => (Write(Latin1(step[1])), null),
        "pwrite" => (Write(Latin1(step[2])), null),
        "writerep" => (Write(Repeat(step)), null),
        "lseek" => (Seek(step[1].GetInt64(), step[2].GetInt32()), null),
        "stat" => (Stat(step[1].GetString()!), null),
        _ => (Close(), null),
    };

    private static byte[] Latin1(JsonElement text) => Encoding.Latin1.GetBytes(text.GetString()!);

    /// <summary><c>["writerep", fill, length, start]</c>: the start, then the filling byte up to the length.</summary>
    private static byte[] Repeat(JsonElement step)
    {
        var data = new byte[step[2].GetInt32()];
        Array.Fill(data, Latin1(step[1])[0]);
        Latin1(step[3]).CopyTo(data, 0);
        return data;
    }

    private Result<long> Open(string path, string flags)
    {
        var words = flags.Split('|');
        if (words.Contains("O_EXCL"))
            return Errno.EEXIST;
        if (words.Contains("O_DIRECT"))
            return Errno.EINVAL;
        _flags = words[0] switch { "O_RDONLY" => OpenFlags.ReadOnly, "O_WRONLY" => OpenFlags.WriteOnly, _ => OpenFlags.ReadWrite };
        var opened = files.Open(path, _flags | (words.Contains("O_TRUNC") ? OpenFlags.Truncate : 0), uid);
        if (!opened.IsOk)
            return opened.Error;
        _file = opened.Value;
        _position = 0;
        return 0L;
    }

    private (Result<long>, byte[]?) ReadOn(int count)
    {
        var (result, data) = ReadAt(_position, count);
        if (result.IsOk)
            _position += result.Value;
        return (result, data);
    }

    private (Result<long>, byte[]?) ReadAt(long offset, int count)
    {
        if (_file is null || !OpenFlags.Reads(_flags))
            return (Errno.EBADF, null);
        if (offset < 0)
            return (Errno.EINVAL, null);
        var buffer = new byte[count];
        var read = _file.Read(offset, buffer);
        return read.IsOk ? ((long)read.Value, buffer[..read.Value]) : (read.Error, null);
    }

    private Result<long> Write(byte[] data)
    {
        if (_file is null || !OpenFlags.Writes(_flags))
            return Errno.EBADF;
        var written = _file.Write(data);
        if (!written.IsOk)
            return written.Error;
        _position += written.Value;
        return (long)written.Value;
    }

    private Result<long> Seek(long offset, int whence)
    {
        if (_file is null)
            return Errno.EBADF;
        var place = offset + whence switch { 0 => 0, 1 => _position, _ => tree.GetAttributes(_file.Node).Value.Size };
        if (place < 0)
            return Errno.EINVAL;
        return _position = place;
    }

    private Result<long> Stat(string path)
    {
        var found = files.Find(path);
        return found.IsOk ? 0L : found.Error;
    }

    private Result<long> Close()
    {
        if (_file is null)
            return Errno.EBADF;
        tree.Release(_file);
        _file = null;
        return 0L;
    }
}
