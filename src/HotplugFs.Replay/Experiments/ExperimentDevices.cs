using System.Text.Json;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Replay.Experiments;

/// <summary>What the hypervisor did: DIMMs and virtio-mem devices.</summary>
internal sealed class ExperimentDevices(ExperimentSession session, ToldResults told, Writers writers)
{
    private const int MiB = 1 << 20;
    private const double StepSeconds = 10;

    /// <summary>After so many seconds at most a virtio-mem driver tries again.</summary>
    private const double RetrySecondsMax = 300;

    private const string Refused = "refused";
    private const string UnderWay = "under way";

    /// <summary>The unplug that is under way, and the name of its DIMM.</summary>
    private (string Id, Writer Writer)? _unplug;

    public void Plug(ExperimentStep step)
    {
        writers.ReleaseAll();
        var dimm = step.Field("plug");
        var address = step.Field("res").TryGetProperty("addr", out var at) && at.ValueKind == JsonValueKind.Number ? at.GetInt64() : (long?)null;
        var definition = new DimmDefinition(Text(dimm[0]), dimm[1].GetInt32(), dimm[2].GetInt64() * MiB, address);
        var writer = writers.Add(definition.Id, caller => session.Machine.Plug(definition).TryGet(out _, out var error) ? null : error);
        // The hypervisor is done at once. A plug that waits shows in the blocks that are missing.
        var seen = session.Later.FirstOrDefault(later => later.Kind == "blocks")?.Field("blocks") ?? default;
        var isSeen = seen.ValueKind == JsonValueKind.Object && address is { } first
            && seen.TryGetProperty($"{first / ExperimentMachine.BlockSizeBytes}", out _);
        session.Compare(step, isSeen ? Difference.Success : UnderWay, Outcome(writer));
    }

    /// <summary>Begins an unplug of which a line before it sees a block.</summary>
    public void BeginEarly(ExperimentStep step)
    {
        if (session.Machine.Blocks.Members().Any(number => session.Machine[new BlockId(number)].State == MemoryBlockState.GoingOffline))
            return;
        if (session.Later.FirstOrDefault(later => later.Kind == "unplug") is { } unplug && unplug.Field("event").ValueKind == JsonValueKind.Null)
            Begin(step, Text(unplug.Field("unplug")), UnderWay);
    }

    /// <summary>An unplug with its end. One that took long had begun before the steps that the log has before it.</summary>
    public void Unplug(ExperimentStep step)
    {
        var id = Text(step.Field("unplug"));
        var expected = step.Json.TryGetProperty("res", out var result) ? Expected(result) : ExpectedOf(step.Field("event"));
        Begin(step, id, expected);
        End(step, expected);
    }

    /// <summary>Begins an unplug in the background.</summary>
    public void BeginUnplug(ExperimentStep step)
    {
        var next = session.Later.FirstOrDefault(later => later.Kind == "event");
        Begin(step, Text(step.Field("device_del")), next is null ? UnderWay : ExpectedOf(next.Field("event")));
    }

    /// <summary>The end of an unplug in the background.</summary>
    public void EndUnplug(ExperimentStep step) => End(step, ExpectedOf(step.Field("event")));

    private void Begin(ExperimentStep step, string id, string expected)
    {
        if (_unplug is not null)
            return;
        if (session.Machine.Dimms.Find(id) is not { } dimm)
        {
            session.Diverged(step, $"there is no dimm {id}");
            return;
        }
        if (expected == Refused)
            TellRefusal(dimm);
        else
            foreach (var block in BlocksOf(dimm))
                told.Prepare(block, null);
        _unplug = (id, writers.Add(id, caller => session.Machine.Unplug(dimm).Failed(out var error) ? error : null));
    }

    /// <summary>An unplug that was refused because of pages that the log does not have is told so; its uevents name the block.</summary>
    private void TellRefusal(Dimm dimm)
    {
        var offlined = session.Later.Take(4).Where(step => step.Kind == "uevdrain")
            .SelectMany(step => step.Field("uev").EnumerateArray()).Select(Text).ToList();
        foreach (var block in BlocksOf(dimm))
        {
            if (session.Machine[block].Zones.Lowest == ZoneType.Movable)
                continue;
            var header = $"offline@/devices/system/memory/{block}\0";
            told.Prepare(block, offlined.Exists(text => text.StartsWith(header, StringComparison.Ordinal)) ? null : nameof(Errno.EBUSY));
        }
    }

    private static IEnumerable<BlockId> BlocksOf(Dimm dimm) => Enumerable.Range(dimm.First.Number, dimm.Count).Select(number => new BlockId(number));

    private void End(ExperimentStep step, string expected)
    {
        writers.ReleaseAll();
        if (step.Field("s") is { ValueKind: JsonValueKind.Number } seconds && _unplug?.Writer.Outcome is null)
            Pass(seconds.GetDouble());
        writers.Continue();
        if (_unplug is not ({ } id, { } writer))
            return;
        session.Compare(step, expected, Outcome(writer));
        if (writer.Outcome is not null)
            _unplug = null;
    }

    private void Pass(double seconds)
    {
        for (; seconds > 0; seconds -= StepSeconds)
        {
            session.Machine.Now += TimeSpan.FromSeconds(Math.Min(seconds, StepSeconds));
            writers.Continue();
        }
    }

    private static string Outcome(Writer writer) =>
        writer.Outcome is not { } outcome ? UnderWay : outcome.Error is null ? Difference.Success : Refused;

    private static string Expected(JsonElement result) => (result.TryGetProperty("err", out var error) ? error.GetString() : null) switch
    {
        null => Difference.Success,
        "timeout" => UnderWay,
        _ => Refused,
    };

    private static string ExpectedOf(JsonElement happened) => happened.ValueKind != JsonValueKind.Object ? UnderWay
        : Text(happened.GetProperty("event")) == "DEVICE_DELETED" ? Difference.Success : Refused;

    public void PlugVirtioMem(ExperimentStep step)
    {
        var device = step.Field("vmem_plug");
        var plugged = session.Machine.VirtioMem.Plug(
            new VirtioMemDefinition(Text(device[0]), device[1].GetInt32(), device[2].GetInt64() * MiB, null));
        session.Compare(step, Difference.Success, plugged.IsOk ? Difference.Success : plugged.Error.Name());
    }

    /// <summary>The size that a virtio-mem device reached.</summary>
    public void ResizeVirtioMem(ExperimentStep step)
    {
        var (id, size) = (Text(step.Field("vmem_size")[0]), step.Field("vmem_size")[1].GetInt64() * MiB);
        var reached = step.Field("plugged_mb").EnumerateArray().Last()[1].GetInt64() * MiB;
        if (session.Machine.VirtioMem.Find(id) is not { } device)
        {
            session.Diverged(step, $"there is no virtio-mem {id}");
            return;
        }
        session.Machine.Caller = new Caller(ExperimentSession.Foreground);
        // A device that cannot reach a size gets as close as it can.
        _ = session.Machine.VirtioMem.Resize(device, size);
        // How many free pieces of 2 MiB busy blocks have depends on single pages.
        session.HasOtherPieces = device.PluggedBytes != reached && reached > size;
        if (session.HasOtherPieces)
        {
            session.Skip(NotComparable.Pieces);
            session.IsAbandoned = device.PluggedBytes == size;
        }
        else
            session.Compare(step, $"{reached / MiB}M", $"{device.PluggedBytes / MiB}M");
    }

    /// <summary>The size that a virtio-mem device reached some time after its last request: its driver tries again by itself.</summary>
    public void AwaitVirtioMem(ExperimentStep step)
    {
        var sizes = step.Field("plugged_mb after").EnumerateArray().ToArray();
        var reached = sizes[^1][1].GetInt64() * MiB;
        long Plugged() => session.Machine.VirtioMem.Sum(device => device.PluggedBytes);
        // The log does not tell for how long the driver had waited before.
        var limit = sizes[0][1].GetInt64() * MiB == reached ? sizes[^1][0].GetDouble() : RetrySecondsMax;
        for (var seconds = 0.0; seconds < limit && Plugged() != reached; seconds += StepSeconds)
            session.Machine.Now += TimeSpan.FromSeconds(StepSeconds);
        session.HasOtherPieces = session.HasOtherPieces && Plugged() != reached;
        if (session.HasOtherPieces)
            session.Skip(NotComparable.Pieces);
        else
            session.Compare(step, $"{reached / MiB}M", $"{Plugged() / MiB}M");
    }

    private static string Text(JsonElement element) => element.GetString() ?? throw new FormatException("a text is missing");
}
