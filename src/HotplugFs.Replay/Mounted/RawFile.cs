using HotplugFs.Linux;
using static HotplugFs.Linux.Dirent;
using static HotplugFs.Linux.Fcntl;

namespace HotplugFs.Replay.Mounted;

/// <summary>System calls on one file. Names are byte strings: every byte is a character (Latin-1), as in recordings.</summary>
internal static class RawFile
{
    private const int DirectoryBufferBytes = 32768;

    /// <summary>Opens a file; programs that are started do not inherit the descriptor.</summary>
    public static Result<int> Open(string path, int flags, uint mode = 0) => Fcntl.Open(path, flags | O_CLOEXEC, mode);

    /// <summary>Returns the target of a symbolic link.</summary>
    public static Result<string> ReadLink(string path)
    {
        Span<byte> target = stackalloc byte[LinuxLimits.PATH_MAX];
        var length = Unistd.ReadLink(path, target);
        return length.IsOk ? Encoding.Latin1.GetString(target[..length.Value]) : length.Error;
    }

    /// <summary>Reads entries of a directory with one getdents64(2).</summary>
    /// <param name="entries">Receives the names, with <c>/</c> after directories and <c>@</c> after links.</param>
    /// <returns>The number of bytes; 0 at the end.</returns>
    public static Result<int> ReadDirectory(int descriptor, List<string> entries)
    {
        Span<byte> buffer = stackalloc byte[DirectoryBufferBytes];
        var length = GetDents64(descriptor, buffer);
        if (!length.IsOk)
            return length;
        for (ReadOnlySpan<byte> rest = buffer[..length.Value]; !rest.IsEmpty;)
        {
            var (type, name) = Take(ref rest);
            entries.Add(name + type switch { DT_DIR => "/", DT_LNK => "@", _ => "" });
        }
        return length;
    }

    /// <summary>Returns all entries of a directory.</summary>
    public static Result<List<string>> List(string path)
    {
        var opened = Open(path, O_RDONLY | O_DIRECTORY);
        if (!opened.IsOk)
            return opened.Error;
        var entries = new List<string>();
        Result<int> read;
        do
            read = ReadDirectory(opened.Value, entries);
        while (read is { IsOk: true, Value: > 0 });
        _ = Unistd.Close(opened.Value);
        return read.IsOk ? entries : read.Error;
    }
}
