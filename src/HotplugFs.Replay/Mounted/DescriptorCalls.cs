using HotplugFs.Abi;
using HotplugFs.Replay.Native;

namespace HotplugFs.Replay.Mounted;

/// <summary>Recorded calls on descriptors; -1 stands for one that is not open.</summary>
internal static unsafe class DescriptorCalls
{
    private const ulong CountReadable = 0x541b;
    private const ulong GetTerminal = 0x5401;
    private const int TerminalBytes = 64;
    private const nuint MapLength = 4096;
    private const int SetWords = 16;
    private const int BitsPerWord = 64;

    /// <summary>Makes a call.</summary>
    /// <returns>What it came to; null if it is no call on a descriptor.</returns>
    public static CallOutcome? Make(RecordedCall call, int descriptor) => call.Verb switch
    {
        "read" => Read(call.Int(0), buffer => RawFile.Read(descriptor, buffer)),
        "pread" => Read(call.Int(1), buffer => RawFile.ReadAt(descriptor, buffer, call.Long(0))),
        "write" or "writerep" => Transferred(RawFile.Write(descriptor, call.Data)),
        "pwrite" => Transferred(RawFile.WriteAt(descriptor, call.Data, call.Long(0))),
        "writenull" => Value(Interop.Write(descriptor, null, (nuint)call.Int(0))),
        "lseek" => Value(Interop.LSeek(descriptor, call.Long(0), call.Int(1))),
        "fstat" => descriptor < 0 ? Errno.EBADF : Attributes(RawFile.Stat(descriptor)),
        "ftruncate" => Value(Interop.FTruncate(descriptor, call.Long(0))),
        "fallocate" => Value(Interop.FAllocate(descriptor, 0, 0, call.Long(0))),
        "fsync" => Value(Interop.FSync(descriptor)),
        "fcntl" => Value(Interop.Fcntl(descriptor, call.Int(0), call.Int(1))),
        "poll" => Poll(descriptor, call.Int(0), call.Int(1)),
        "select" => Select(descriptor),
        "mmap" => Map(descriptor, call.Int(0), call.Int(1)),
        "fionread" => CountBytes(descriptor),
        "tcgets" => Terminal(descriptor),
        _ => null,
    };

    public static CallOutcome Read(int count, Func<byte[], Result<int>> read)
    {
        var buffer = new byte[count];
        var result = read(buffer);
        return result.IsOk ? CallOutcome.Read(buffer.AsSpan(0, result.Value)) : result.Error;
    }

    public static CallOutcome Value(long result) => result < 0 ? Interop.LastError : CallOutcome.Ok(result);

    public static CallOutcome Transferred(Result<int> result) => result.IsOk ? CallOutcome.Ok(result.Value) : result.Error;

    /// <summary>What stat(2) told.</summary>
    public static CallOutcome Attributes(Result<StatX> found)
    {
        if (!found.IsOk)
            return found.Error;
        var stat = found.Value;
        return CallOutcome.Ok()
            .With("type", InProcess.TreeWalk.Letter(stat.Mode)).With("mode", InProcess.TreeWalk.Mode(stat.Mode))
            .With("size", (long)stat.Size).With("nlink", stat.LinkCount).With("uid", stat.Uid).With("gid", stat.Gid)
            .With("blocks", (long)stat.Blocks).With("blksize", stat.BlockSize).With("mtime", stat.ModifyTime.Seconds);
    }

    /// <summary>poll(2); the runtime's own signals may interrupt it.</summary>
    public static CallOutcome Poll(int descriptor, int events, int timeoutMs)
    {
        var poll = new PollFd { Descriptor = descriptor, Events = (short)events };
        int count;
        do
            count = Interop.Poll(&poll, 1, timeoutMs);
        while (count < 0 && Interop.LastError == Errno.EINTR);
        return count < 0 ? Interop.LastError : CallOutcome.Ok(count).With("revents", poll.Found);
    }

    /// <summary>select(2) for all three, without waiting.</summary>
    private static CallOutcome Select(int descriptor)
    {
        if (descriptor < 0)
            return Errno.EBADF;
        ulong* sets = stackalloc ulong[3 * SetWords];
        var (word, bit) = (descriptor / BitsPerWord, 1UL << descriptor % BitsPerWord);
        for (var set = 0; set < 3; set++)
            sets[set * SetWords + word] = bit;
        TimeVal now = default;
        var count = Interop.Select(descriptor + 1, sets, sets + SetWords, sets + 2 * SetWords, &now);
        if (count < 0)
            return Interop.LastError;
        long Found(int set) => (sets[set * SetWords + word] & bit) != 0 ? 1 : 0;
        return CallOutcome.Ok(count).With("rd", Found(0)).With("wr", Found(1)).With("ex", Found(2));
    }

    private static CallOutcome Map(int descriptor, int protection, int flags)
    {
        var address = Interop.MMap(null, MapLength, protection, flags, descriptor, 0);
        if ((nint)address == -1)
            return Interop.LastError;
        _ = Interop.MUnmap(address, MapLength);
        return CallOutcome.Ok();
    }

    private static CallOutcome CountBytes(int descriptor)
    {
        var count = 0;
        var result = Value(Interop.Ioctl(descriptor, CountReadable, &count));
        return result.Error is null ? result.With("v", count) : result;
    }

    private static CallOutcome Terminal(int descriptor)
    {
        var settings = stackalloc byte[TerminalBytes];
        return Value(Interop.Ioctl(descriptor, GetTerminal, settings));
    }
}
