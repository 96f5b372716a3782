using System.Text.Json;
using HotplugFs.Abi;

namespace HotplugFs.Replay;

// One method for each operation of a recording.
public sealed partial class Replayer
{
    private bool SkipFor(string? reason)
    {
        if (reason is not null)
            _report.Skip(reason);
        return reason is not null;
    }

    private void Write(TraceLine line)
    {
        var path = line.NeededText("path");
        var data = line.Bytes("data");
        if (SkipFor(_machine.WhyNotAs(User(line), isSequence: false)))
            return;
        _controls.AnswerOfflines(Answer(line, path));
        var outcome = _machine.Write(path, data, User(line));
        var call = data.Length == 0 ? CallName.EmptyWrite : "write";
        var results = CompareError(line, outcome.Error, outcome.At, call);
        if (results.Length == 0 || outcome.Error is not null)
            return;
        long Count(TraceLine result) => result.Number64("n") ?? data.Length;
        if (results.All(result => Count(result) != outcome.Count))
            Diverged(line, $"write returned {outcome.Count}, expected {Count(results[0])}");
    }

    /// <summary>Kernel pages are where the recording says they are; see the remarks of the class.</summary>
    private static string Answer(TraceLine line, string path) => line.Text("err") switch
    {
        "EBUSY" => Controls.Busy,
        "EAGAIN" => Controls.Again,
        "EIO" when path.EndsWith("soft_offline_page", StringComparison.Ordinal) => Controls.Busy,
        _ => Controls.Succeed,
    };

    private void Read(TraceLine line)
    {
        var path = line.NeededText("path");
        if (path.StartsWith("/proc/", StringComparison.Ordinal))
        {
            _report.Skip("/proc of the recorded machine");
            return;
        }
        if (DependsOnKernelPages(path))
        {
            _report.Skip("removable of a block in a kernel zone: depends on where kernel pages lie");
            return;
        }
        if (SkipFor(_machine.WhyNotAs(User(line), isSequence: false)))
            return;
        var outcome = _machine.Read(path, User(line));
        var results = CompareError(line, outcome.Error, outcome.At, "read");
        if (results.Length > 0 && outcome.Error is null && results.All(result => !result.Bytes("data").SequenceEqual(outcome.Data)))
            Diverged(line, $"read {Quote(outcome.Data)}, expected {Quote(results[0].Bytes("data"))}");
    }

    /// <summary>Older kernels look at the pages of a block to say whether it is removable; offline and movable ones always are.</summary>
    private bool DependsOnKernelPages(string path)
    {
        const string prefix = "memory/memory";
        const string suffix = "/removable";
        return !Files.ReportsAlwaysRemovable
            && path.StartsWith(prefix, StringComparison.Ordinal) && path.EndsWith(suffix, StringComparison.Ordinal)
            && int.TryParse(path[prefix.Length..^suffix.Length], out var number)
            && _expected.Blocks.TryGetValue(number, out var block) && block.IsOnlineForKernel;
    }

    private void SystemCalls(TraceLine line)
    {
        var calls = line.Json.GetProperty("steps").EnumerateArray().Select(RecordedCall.From).ToArray();
        JsonElement[][] recorded = [.. line.Results.Select(result => result.Json.GetProperty("res").EnumerateArray().ToArray())];
        if (recorded.FirstOrDefault(results => results.Length != calls.Length) is { } wrong)
            throw new FormatException($"{calls.Length} steps have {wrong.Length} results");
        if (_machine.WhyNotAs(User(line), isSequence: true) is { } why)
        {
            foreach (var _ in calls)
                _report.Skip(why);
            return;
        }
        _controls.AnswerOfflines(Controls.Succeed);
        var outcomes = _machine.Call(calls, User(line));
        for (var i = 0; i < calls.Length; i++)
        {
            if (outcomes[i].Skipped is { } reason)
                _report.Skip(reason);
            else
                CompareCall(line, calls[i], [.. recorded.Select(results => CallComparison.Differences(results[i], outcomes[i]).ToArray())]);
        }
    }

    /// <summary>A call with a known difference is counted as skipped; what else is different in it diverges all the same.</summary>
    /// <param name="line">The line that the call is in.</param>
    /// <param name="call">The call.</param>
    /// <param name="differences">What is different from each of the line's results; agreeing with one of them is agreement.</param>
    private void CompareCall(TraceLine line, RecordedCall call, Difference[][] differences)
    {
        string? reason = null;
        foreach (var difference in differences.MinBy(of => of.Length)!)
        {
            if (Explanation(CallName.Of(call), difference) is { } known)
                reason = known.Reason;
            else
                Diverged(line, $"{call}: {difference}");
        }
        if (reason is null)
            _report.Count();
        else
            _report.Skip(reason);
    }

    private void Tree(TraceLine line)
    {
        var path = line.Text("path");
        if (path is "/sys/module/memory_notifier_error_inject" or "/sys/module/notifier_error_inject"
            && line.Json.GetProperty("tree").GetArrayLength() > 0)
        {
            _report.Skip("tree: what a kernel module shows of itself");
            return;
        }
        _report.Count();
        foreach (var difference in TreeComparison.Compare(line, _machine))
            Diverged(line, difference);
    }

    private void List(TraceLine line)
    {
        var path = line.NeededText("path");
        if (path is "/sys/devices/system" or "/sys/kernel/debug")
        {
            _report.Skip("ls: other subsystems are there too");
            return;
        }
        var listed = _machine.List(path);
        if (CompareError(line, listed.IsOk ? null : listed.Error.Name(), listed.IsOk ? null : line.Text("at"), "ls").Length == 0 || !listed.IsOk)
            return;
        var expected = line.Json.GetProperty("ents").EnumerateArray().Select(entry => entry.GetString()!).ToArray();
        var (missing, unexpected) = (expected.Except(listed.Value).ToArray(), listed.Value.Except(expected).ToArray());
        if (missing.Length != 0 || unexpected.Length != 0 || listed.Value.Length != expected.Length)
            Diverged(line, $"missing [{string.Join(' ', missing)}], unexpected [{string.Join(' ', unexpected)}]");
    }

    private void Plug(TraceLine line)
    {
        var address = line.Number64("addr") ?? line.Number64("at_addr");
        CompareSuccess(line, _controls.Plug(line.NeededText("id"), line.Needed("node"), line.Needed("size"), address));
    }

    /// <summary>A refused eject does not say which block refused; only one that the kernel itself may use can hold a page of it.</summary>
    private void Unplug(TraceLine line)
    {
        var busy = line.Has("err") ? _expected.Blocks.Where(block => block.Value.IsOnlineForKernel).Select(block => block.Key) : [];
        _controls.AnswerOfflines(string.Concat(busy.Select(block => $"\n{block} {Controls.Busy}").Prepend(Controls.Succeed)));
        CompareSuccess(line, _controls.Unplug(line.NeededText("id")));
    }

    private void PlugVirtioMem(TraceLine line) =>
        CompareSuccess(line, _controls.PlugVirtioMem(line.NeededText("id"), line.Needed("node"), line.Needed("max")));

    private void ResizeVirtioMem(TraceLine line)
    {
        _controls.AnswerOfflines(Controls.Succeed);
        var blocks = _controls.ResizeVirtioMem(line.NeededText("id"), line.Needed("size"));
        _report.Count();
        // A device plugs and unplugs less than a block too; what is plugged of a block that stays is not simulated.
        var expected = line.Needed("got") / _trace.Machine.Definition.BlockSizeBytes;
        if (blocks != expected && blocks != expected + 1)
            Diverged(line, $"{blocks} blocks, expected {expected}");
    }

    private void Zones(TraceLine line)
    {
        _report.Count();
        var expected = new MachineState();
        expected.Apply(line.Json);
        var found = _machine.ReadState(withZones: true);
        found.Blocks.Clear();
        found.Nodes.Clear();
        if (!_recordsZones)
            found.ForgetNodeSpans();
        foreach (var difference in expected.Differences(found))
            Diverged(line, difference);
    }
}
