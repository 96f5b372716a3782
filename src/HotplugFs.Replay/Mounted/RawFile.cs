using System.Text;
using HotplugFs.Abi;
using HotplugFs.Replay.Native;

namespace HotplugFs.Replay.Mounted;

/// <summary>System calls on one file as functions with results.</summary>
internal static unsafe class RawFile
{
    private const int DirectoryBufferBytes = 32768;
    private const int EntryTypeOffset = 18;
    private const int EntryNameOffset = 19;
    private const int EntryLengthOffset = 16;
    private const byte DirectoryType = 4;
    private const byte LinkType = 10;

    public static Result<int> Open(string path, int flags, uint mode = 0)
    {
        var descriptor = Interop.Open(path, flags | OpenWords.CloseOnExec, mode);
        return descriptor < 0 ? Interop.LastError : descriptor;
    }

    public static Result Close(int descriptor) => Interop.Close(descriptor) < 0 ? Interop.LastError : Result.Ok;

    public static Result<int> Read(int descriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
            return Count(Interop.Read(descriptor, start, (nuint)buffer.Length));
    }

    public static Result<int> ReadAt(int descriptor, Span<byte> buffer, long offset)
    {
        fixed (byte* start = buffer)
            return Count(Interop.PRead(descriptor, start, (nuint)buffer.Length, offset));
    }

    public static Result<int> Write(int descriptor, ReadOnlySpan<byte> data)
    {
        // An empty span has no address, and a write of nothing is to be a write of nothing, not from nowhere.
        byte nothing;
        fixed (byte* start = data)
            return Count(Interop.Write(descriptor, start is null ? &nothing : start, (nuint)data.Length));
    }

    public static Result<int> WriteAt(int descriptor, ReadOnlySpan<byte> data, long offset)
    {
        fixed (byte* start = data)
            return Count(Interop.PWrite(descriptor, start, (nuint)data.Length, offset));
    }

    public static Result<StatX> Stat(string path, int flags) => Stat(Interop.CurrentDirectory, path, flags);

    public static Result<StatX> Stat(int descriptor) => Stat(descriptor, "", StatX.EmptyPath);

    private static Result<StatX> Stat(int directory, string path, int flags)
    {
        StatX found;
        return Interop.StatX(directory, path, flags, StatX.BasicStats, &found) < 0 ? Interop.LastError : found;
    }

    public static Result<string> ReadLink(string path)
    {
        Span<byte> target = stackalloc byte[4096];
        fixed (byte* start = target)
        {
            var length = Interop.ReadLink(path, start, (nuint)target.Length);
            return length < 0 ? Interop.LastError : Encoding.Latin1.GetString(target[..(int)length]);
        }
    }

    /// <summary>One getdents64(2).</summary>
    /// <param name="descriptor">The directory.</param>
    /// <param name="entries">Where to add the names, with <c>/</c> behind directories and <c>@</c> behind links.</param>
    /// <returns>How many bytes; 0 at the end.</returns>
    public static Result<int> ReadDirectory(int descriptor, List<string> entries)
    {
        Span<byte> buffer = stackalloc byte[DirectoryBufferBytes];
        fixed (byte* start = buffer)
        {
            var length = Count(Interop.GetDents(descriptor, start, (nuint)buffer.Length));
            if (!length.IsOk)
                return length;
            for (var rest = buffer[..length.Value]; !rest.IsEmpty; rest = rest[BitConverter.ToUInt16(rest[EntryLengthOffset..])..])
            {
                var name = rest[EntryNameOffset..];
                entries.Add(Encoding.Latin1.GetString(name[..name.IndexOf((byte)0)])
                    + rest[EntryTypeOffset] switch { DirectoryType => "/", LinkType => "@", _ => "" });
            }
            return length;
        }
    }

    /// <summary>All entries of a directory.</summary>
    public static Result<List<string>> List(string path)
    {
        var opened = Open(path, OpenWords.Parse("O_RDONLY|O_DIRECTORY"));
        if (!opened.IsOk)
            return opened.Error;
        var entries = new List<string>();
        Result<int> read;
        do
            read = ReadDirectory(opened.Value, entries);
        while (read is { IsOk: true, Value: > 0 });
        _ = Close(opened.Value);
        return read.IsOk ? entries : read.Error;
    }

    private static Result<int> Count(nint result) => result < 0 ? Interop.LastError : (int)result;
}
