using System.Text.Json;
using HotplugFs.Abi;
using HotplugFs.Engine;
using HotplugFs.Engine.Kernels;
using HotplugFs.Engine.Memory;
using HotplugFs.Kernfs;
using HotplugFs.Machines;
using HotplugFs.Sysfs;

namespace HotplugFs.Replay;

/// <summary>
/// Repeats what was done to a real kernel on a simulated one of the same machine and compares after every operation: errno, the step
/// that failed, bytes read, short counts, and the whole state (blocks, node states, zone spans and present pages).
/// </summary>
/// <remarks>
/// Whether a page of the kernel lies in a block is the one thing a simulation cannot know: where a recording says that an offline failed
/// with EBUSY or EAGAIN, that answer is taken from it, after all rules that come before were asked.
/// </remarks>
public sealed class Replayer
{
    private readonly Trace _trace;
    private readonly ReplayReport _report;
    private readonly MemoryHotplug _machine;
    private readonly KernfsTree _tree;
    private readonly TreeFiles _files;
    private readonly MachineState _expected = new();

    /// <summary>True if every operation records the zones that it changed, as those of 4.4 and 4.9 do.</summary>
    private readonly bool _recordsZones;

    private Replayer(Trace trace, ReplayReport report)
    {
        _trace = trace;
        _report = report;
        _recordsZones = trace.Header.TryGetProperty("machine_def", out _);
        _machine = Boot(trace.Machine);
        _tree = new MachineTree(_machine).Tree;
        _files = new TreeFiles(_tree);
    }

    /// <summary>Replays a recording.</summary>
    /// <param name="trace">The recording.</param>
    /// <param name="report">Where to count and to put divergences.</param>
    public static void Replay(Trace trace, ReplayReport report)
    {
        if (StateSpaceReplayer.IsStateSpace(trace))
            new StateSpaceReplayer(trace, report).Run();
        else
            new Replayer(trace, report).Run();
    }

    internal static MemoryHotplug Boot(MachineDescription machine) => new(machine.Definition, KernelCatalogue.Find(machine.Kernel)!);

    private void Run()
    {
        _expected.Apply(_trace.Header);
        CompareState(new TraceLine(1, _trace.Header), "boot");
        foreach (var line in _trace.Lines)
        {
            if (line.Has("died"))
            {
                _report.Skip("the recorded kernel crashed");
                return;
            }
            Repeat(line);
        }
    }

    private void Repeat(TraceLine line)
    {
        switch (line.Text("op"))
        {
            case "write":
                Write(line);
                break;
            case "read":
                Read(line);
                break;
            case "ls":
                List(line);
                break;
            case "plug":
                Plug(line);
                break;
            case "unplug":
                Unplug(line);
                break;
            case "vmem_plug":
                PlugVirtioMem(line);
                break;
            case "vmem_size":
                ResizeVirtioMem(line);
                break;
            case "zones":
                Zones(line);
                break;
            case "note" or "klog":
                return;
            case "sys":
                SystemCalls(line);
                break;
            case "tree":
                Tree(line);
                break;
            case var other:
                var named = other is null ? "missing" : $"\"{other}\"";
                throw new MachineFileException(_trace.File, line.Number, $"\"op\": {named} is no operation of a recording");
        }
        if (line.Json.TryGetProperty("snap", out var snap))
            _expected.Apply(snap);
        CompareState(line, Describe(line));
    }

    private void Write(TraceLine line)
    {
        var path = line.Text("path")!;
        TakePagesFrom(line);
        var outcome = _files.Write(path, line.Bytes("data"), User(line));
        TakeNoteOfChanges();
        if (!CompareError(line, outcome.Error, outcome.At) || outcome.Error is not null)
            return;
        var count = line.Number64("n") ?? line.Bytes("data").Length;
        if (outcome.Count != count)
            Diverged(line, $"write returned {outcome.Count}, expected {count}");
    }

    /// <summary>Kernel pages are where the recording says they are; see the remarks of the class.</summary>
    private void TakePagesFrom(TraceLine line)
    {
        var isSoftOffline = line.Text("path")!.EndsWith("soft_offline_page", StringComparison.Ordinal);
        Result answer = line.Text("err") switch
        {
            "EBUSY" => Errno.EBUSY,
            "EAGAIN" => Errno.EAGAIN,
            "EIO" when isSoftOffline => Errno.EBUSY,
            _ => Result.Ok,
        };
        _machine.IsolatePages = _ => answer;
    }

    private void Read(TraceLine line)
    {
        var path = line.Text("path")!;
        if (path.StartsWith("/proc/", StringComparison.Ordinal))
        {
            _report.Skip("/proc of the recorded machine");
            return;
        }
        if (path.EndsWith("/removable", StringComparison.Ordinal) && !_machine.Profile.RemovableIsAlwaysOne)
        {
            _report.Skip("removable: depends on where kernel pages lie");
            return;
        }
        var outcome = _files.Read(path, User(line));
        if (CompareError(line, outcome.Error, outcome.At) && outcome.Error is null && !outcome.Data.AsSpan().SequenceEqual(line.Bytes("data")))
            Diverged(line, $"read {Quote(outcome.Data)}, expected {Quote(line.Bytes("data"))}");
    }

    private static uint User(TraceLine line) => (uint)(line.Number64("as") ?? 0);

    private void SystemCalls(TraceLine line)
    {
        var sequence = new SystemCallSequence(_tree, _files, User(line));
        if (sequence.FirstUnknown(line.Json.GetProperty("steps")) is { } what)
        {
            _report.Skip($"sys: {what} needs a mount");
            return;
        }
        _report.Count();
        _machine.IsolatePages = _ => Result.Ok;
        foreach (var difference in sequence.Run(line.Json))
            Diverged(line, difference);
        TakeNoteOfChanges();
    }

    private void Tree(TraceLine line)
    {
        if (line.Text("path") is "/sys/module/memory_notifier_error_inject" or "/sys/module/notifier_error_inject" && line.Json.GetProperty("tree").GetArrayLength() > 0)
        {
            _report.Skip("tree: what a kernel module shows of itself");
            return;
        }
        _report.Count();
        foreach (var difference in new TreeComparison(_tree).Compare(line))
            Diverged(line, difference);
    }

    private void List(TraceLine line)
    {
        if (line.Text("path") is "/sys/devices/system" or "/sys/kernel/debug")
        {
            _report.Skip("ls: other subsystems are there too");
            return;
        }
        var listed = _files.List(line.Text("path")!);
        if (!CompareError(line, listed.IsOk ? null : listed.Error.Name(), listed.IsOk ? null : line.Text("at")) || !listed.IsOk)
            return;
        var expected = line.Json.GetProperty("ents").EnumerateArray().Select(entry => entry.GetString()!).Order(StringComparer.Ordinal).ToArray();
        if (!listed.Value.SequenceEqual(expected))
            Diverged(line, $"missing [{string.Join(' ', expected.Except(listed.Value))}], unexpected [{string.Join(' ', listed.Value.Except(expected))}]");
    }

    private void Plug(TraceLine line)
    {
        var plugged = _machine.Plug(new DimmDefinition(
            line.Text("id")!, (int)line.Number64("node")!.Value, line.Number64("size")!.Value, line.Number64("addr") ?? line.Number64("at_addr")));
        TakeNoteOfChanges();
        CompareSuccess(line, plugged.IsOk, plugged.IsOk ? "ok" : plugged.Error.Name());
    }

    private void Unplug(TraceLine line)
    {
        if (_machine.FindDimm(line.Text("id")!) is not { } dimm)
        {
            CompareSuccess(line, false, "no such dimm");
            return;
        }
        // A refused eject does not say which block refused; only one that the kernel itself may use can hold a page of it.
        var isRefused = line.Has("err");
        _machine.IsolatePages = block => isRefused && block.Zones.Lowest < ZoneType.Movable ? Errno.EBUSY : Result.Ok;
        var outcome = _machine.Unplug(dimm).Run();
        TakeNoteOfChanges();
        CompareSuccess(line, outcome.IsOk, outcome.ToString());
    }

    private void PlugVirtioMem(TraceLine line)
    {
        var plugged = _machine.PlugVirtioMem(line.Text("id")!, (int)line.Number64("node")!.Value, line.Number64("max")!.Value);
        CompareSuccess(line, plugged.IsOk, plugged.ToString());
    }

    private void ResizeVirtioMem(TraceLine line)
    {
        _machine.IsolatePages = _ => Result.Ok;
        var device = _machine.FindVirtioMem(line.Text("id")!)!;
        _machine.ResizeVirtioMem(device, line.Number64("size")!.Value).Run();
        TakeNoteOfChanges();
        _report.Count();
        // A device plugs and unplugs less than a block too; what is plugged of a block that stays is not simulated.
        var blocks = line.Number64("got")!.Value / _machine.BlockSizeBytes;
        if (device.Blocks != blocks && device.Blocks != blocks + 1)
            Diverged(line, $"{device.Blocks} blocks, expected {blocks}");
    }

    private void Zones(TraceLine line)
    {
        _report.Count();
        var expected = new MachineState();
        expected.Apply(line.Json);
        var found = MachineState.Of(_machine);
        found.Blocks.Clear();
        found.Nodes.Clear();
        if (!_recordsZones)
            found.ForgetNodeSpans();
        foreach (var difference in expected.Differences(found))
            Diverged(line, difference);
    }

    private void CompareState(TraceLine line, string operation)
    {
        var found = MachineState.Of(_machine);
        foreach (var difference in _expected.Differences(found, _recordsZones))
            _report.Diverged(new Divergence(_trace.File, line.Number, operation, difference));
    }

    private bool CompareError(TraceLine line, string? error, string? at)
    {
        _report.Count();
        var (expected, expectedAt) = (line.Text("err"), line.Text("at"));
        if (IsThe(expected, error) && (error is null || at == expectedAt))
            return true;
        Diverged(line, $"got {error ?? "success"}{At(at)}, expected {expected ?? "success"}{At(expectedAt)}");
        return false;
    }

    /// <summary>The recordings say <c>?</c> for an errno that has no name.</summary>
    internal static bool IsThe(string? expected, string? error) =>
        error == expected || (expected == "?" && error is not null && char.IsAsciiDigit(error[0]));

    private void CompareSuccess(TraceLine line, bool succeeded, string got)
    {
        _report.Count();
        if (succeeded == line.Has("err"))
            Diverged(line, $"got {got}, expected {line.Text("err") ?? "ok"}");
    }

    private static string At(string? step) => step is null ? "" : $" at {step}";

    private void Diverged(TraceLine line, string what) => _report.Diverged(new Divergence(_trace.File, line.Number, Describe(line), what));

    private static string Describe(TraceLine line) =>
        $"{line.Text("op")} {line.Text("path") ?? line.Text("id")}{(line.Has("data") ? $" {Quote(line.Bytes("data"))}" : "")}";

    private static string Quote(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Serialize(System.Text.Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 60)]), TraceJson.Default.String);

    private void TakeNoteOfChanges() => _tree.TakeChanges([]);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class TraceJson : System.Text.Json.Serialization.JsonSerializerContext;
