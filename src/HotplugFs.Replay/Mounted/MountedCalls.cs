using HotplugFs.Linux;

namespace HotplugFs.Replay.Mounted;

/// <summary>Makes recorded sequences of system calls.</summary>
internal sealed class MountedCalls(MountedPaths paths) : IDisposable
{
    private const int Closed = -1;

    private readonly PathCalls _pathCalls = new(paths);

    /// <summary>Descriptors that stay open between operations.</summary>
    private readonly Dictionary<int, int> _kept = [];

    /// <summary>Makes the calls of one sequence, as the user of this thread.</summary>
    public IReadOnlyList<CallOutcome> Run(IReadOnlyList<RecordedCall> calls)
    {
        var slots = new Dictionary<int, int>();
        var slot = 0;
        var outcomes = new List<CallOutcome>();
        foreach (var call in calls)
        {
            if (call.Name == "fd")
                slot = call.Int(0);
            outcomes.Add(call.Name[0] == 'k' ? Kept(call) : Make(call, slots, slot));
        }
        CloseAll(slots);
        return outcomes;
    }

    /// <summary>Closes all descriptors.</summary>
    public void Dispose() => CloseAll(_kept);

    private CallOutcome Make(RecordedCall call, Dictionary<int, int> slots, int slot)
    {
        switch (call.Name)
        {
            case "fd" or "now":
                return CallOutcome.Ok();
            case "msleep":
                _ = DescriptorCalls.Poll(Closed, 0, call.Int(0));
                return CallOutcome.Ok();
            case "open":
                return Open(slots, slot, call.Text(0), call.Text(1), call.Count > 2 ? call.Octal(2) : 0);
            case "close":
                return Close(slots, slot);
        }
        if (SetupCalls.WhyNotRepeated(call.Name) is { } reason)
            return CallOutcome.Skip(reason);
        return DescriptorCalls.Make(call, slots.GetValueOrDefault(slot, Closed)) ?? _pathCalls.Make(call)
            ?? throw new FormatException($"unknown system call \"{call.Name}\"");
    }

    private CallOutcome Kept(RecordedCall call)
    {
        var slot = call.Int(0);
        var descriptor = _kept.GetValueOrDefault(slot, Closed);
        return call.Name switch
        {
            "kopen" => Open(_kept, slot, call.Text(1), call.Text(2), 0),
            "kread" => DescriptorCalls.Read(call.Int(1), buffer => Unistd.Read(descriptor, buffer)),
            "kwrite" => DescriptorCalls.Value(Unistd.Write(descriptor, call.Data)),
            "klseek" => DescriptorCalls.Value(Unistd.LSeek(descriptor, call.Long(1), 0)),
            "kpoll" => DescriptorCalls.Poll(descriptor, call.Int(1), 0),
            "kstat" => DescriptorCalls.Attributes(SysStat.FStatx(descriptor)),
            "kents" => Entries(descriptor),
            "kopenat" => OpenAt(descriptor, call.Text(1)),
            "kclose" => Close(_kept, slot),
            _ => throw new FormatException($"unknown system call \"{call.Name}\""),
        };
    }

    private CallOutcome Open(Dictionary<int, int> slots, int slot, string path, string flags, uint mode)
    {
        _ = Close(slots, slot);
        var opened = RawFile.Open(paths.Here(path), OpenWords.Parse(flags), mode);
        if (!opened.IsOk)
            return opened.Error;
        slots[slot] = opened.Value;
        return CallOutcome.Ok();
    }

    private static CallOutcome Close(Dictionary<int, int> slots, int slot)
    {
        if (!slots.Remove(slot, out var descriptor))
            return Errno.EBADF;
        var closed = Unistd.Close(descriptor);
        return closed.IsOk ? CallOutcome.Ok() : closed.Error;
    }

    private static void CloseAll(Dictionary<int, int> slots)
    {
        foreach (var descriptor in slots.Values)
            _ = Unistd.Close(descriptor);
        slots.Clear();
    }

    /// <summary>Reads entries of a directory. Recordings hold 1 if there were any, not the number of bytes.</summary>
    private static CallOutcome Entries(int descriptor)
    {
        var read = RawFile.ReadDirectory(descriptor, []);
        return read.IsOk ? CallOutcome.Ok(Math.Min(read.Value, 1)) : read.Error;
    }

    private static CallOutcome OpenAt(int directory, string name)
    {
        var opened = Fcntl.OpenAt(directory, name, Fcntl.O_CLOEXEC);
        if (!opened.IsOk)
            return opened.Error;
        _ = Unistd.Close(opened.Value);
        return CallOutcome.Ok();
    }
}
