using HotplugFs.Linux;

namespace HotplugFs.Replay.Mounted;

/// <summary>Makes recorded calls on descriptors; -1 stands for a descriptor that is not open.</summary>
internal static class DescriptorCalls
{
    private const nuint MapLength = 4096;

    /// <summary>Repeats a recorded system call.</summary>
    /// <returns>The result; null if the call has no descriptor.</returns>
    public static CallOutcome? Make(RecordedCall call, int descriptor) => call.Name switch
    {
        "read" => Read(call.Int(0), buffer => Unistd.Read(descriptor, buffer)),
        "pread" => Read(call.Int(1), buffer => Unistd.PRead(descriptor, buffer, call.Long(0))),
        "write" or "writerep" => Value(Unistd.Write(descriptor, call.Data)),
        "pwrite" => Value(Unistd.PWrite(descriptor, call.Data, call.Long(0))),
        "writenull" => Value(Unistd.WriteFromNull(descriptor, call.Int(0))),
        "lseek" => Value(Unistd.LSeek(descriptor, call.Long(0), call.Int(1))),
        "fstat" => descriptor < 0 ? Errno.EBADF : Attributes(SysStat.FStatx(descriptor)),
        "ftruncate" => Value(Unistd.FTruncate(descriptor, call.Long(0))),
        "fallocate" => Value(Fcntl.FAllocate(descriptor, call.Long(0))),
        "fsync" => Value(Unistd.FSync(descriptor)),
        "fcntl" => Value(Fcntl.Control(descriptor, call.Int(0), call.Int(1))),
        "poll" => Poll(descriptor, call.Int(0), call.Int(1)),
        "select" => Select(descriptor),
        "mmap" => Value(SysMman.TryMap(descriptor, MapLength, call.Int(0), call.Int(1))),
        "fionread" => CountBytes(descriptor),
        "tcgets" => Value(SysIoctl.GetTerminal(descriptor).TryGet(out _, out var refused) ? Result.Ok : refused),
        _ => null,
    };

    public static CallOutcome Read(int count, Func<byte[], Result<int>> read)
    {
        var buffer = new byte[count];
        var result = read(buffer);
        return result.IsOk ? CallOutcome.Read(buffer.AsSpan(0, result.Value)) : result.Error;
    }

    public static CallOutcome Value(Result result) => result.IsOk ? CallOutcome.Ok() : result.Error;

    public static CallOutcome Value(Result<int> result) => result.IsOk ? CallOutcome.Ok(result.Value) : result.Error;

    public static CallOutcome Value(Result<long> result) => result.IsOk ? CallOutcome.Ok(result.Value) : result.Error;

    /// <summary>Returns the result of stat(2).</summary>
    public static CallOutcome Attributes(Result<Statx> found)
    {
        if (!found.IsOk)
            return found.Error;
        var stat = found.Value;
        return CallOutcome.Ok()
            .With("type", ModeText.Type(stat.Mode)).With("mode", ModeText.Permissions(stat.Mode))
            .With("size", (long)stat.Size).With("nlink", stat.LinkCount).With("uid", stat.Uid).With("gid", stat.Gid)
            .With("blocks", (long)stat.Blocks).With("blksize", stat.BlockSize).With("mtime", stat.ModifySeconds)
            .With("ino", stat.Inode.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Calls poll(2), again if a signal of the runtime interrupts it.</summary>
    public static CallOutcome Poll(int descriptor, int events, int timeoutMs)
    {
        var poll = new PollFd { Descriptor = descriptor, Events = (short)events };
        Result<int> count;
        do
            count = Linux.Poll.Wait(ref poll, timeoutMs);
        while (count is { IsOk: false, Error: Errno.EINTR });
        return count.IsOk ? CallOutcome.Ok(count.Value).With("revents", poll.ReturnedEvents) : count.Error;
    }

    /// <summary>Calls select(2) for all three conditions, without waiting.</summary>
    private static CallOutcome Select(int descriptor)
    {
        if (descriptor < 0)
            return Errno.EBADF;
        var found = SysSelect.Select(descriptor);
        if (!found.IsOk)
            return found.Error;
        var (count, canRead, canWrite, isExceptional) = found.Value;
        return CallOutcome.Ok(count).With("rd", canRead ? 1 : 0).With("wr", canWrite ? 1 : 0).With("ex", isExceptional ? 1 : 0);
    }

    private static CallOutcome CountBytes(int descriptor)
    {
        var count = SysIoctl.GetReadableBytes(descriptor);
        return count.IsOk ? CallOutcome.Ok().With("v", count.Value) : count.Error;
    }
}
