using System.Text.Json;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Replay.Experiments;

/// <summary>Compares what the files show, and the uevents.</summary>
internal sealed class ExperimentComparison
{
    /// <summary>A program of the recorded machine keeps a piece of a block that is all huge pages here.</summary>
    private const int ToleratedHugePages = 2;

    private const string GoingOffline = "going-offline";
    private const string UeventFile = "/hotplugfs/uevents";

    private readonly ExperimentSession _session;
    private readonly Writers _writers;
    private readonly MachineState _expected = new();
    private int _seenUevents;
    private bool _hasUevents;

    public ExperimentComparison(ExperimentSession session, Writers writers) => (_session, _writers) = (session, writers);

    /// <summary>Compares all blocks and node states after a line with those that changed.</summary>
    public void CompareBlocks(ExperimentStep step)
    {
        ExperimentState.ApplyBlocks(_expected, step);
        foreach (var (number, facts) in _expected.Blocks)
            if (facts.State != GoingOffline)
                _writers.Release(new BlockId(number));
        _session.Count();
        var got = _session.State();
        Restrict(got);
        foreach (var difference in _expected.Differences(got, zones: false))
            _session.Diverged(step, difference);
    }

    /// <summary>Removes what the recorded kernel has no file for.</summary>
    private void Restrict(MachineState got)
    {
        foreach (var (number, facts) in got.Blocks.ToArray())
            if (_expected.Blocks.GetValueOrDefault(number) is { } expected && expected.ValidZones.StartsWith('!'))
                got.Blocks[number] = facts with { ValidZones = expected.ValidZones };
        foreach (var file in got.Nodes.Keys.Except(_expected.Nodes.Keys).ToArray())
            got.Nodes.Remove(file);
    }

    /// <summary>Compares files that were read one after the other, each by a process of its own.</summary>
    public void ReadFiles(ExperimentStep step)
    {
        foreach (var read in step.Field("read").EnumerateArray())
            CompareFile(step, read[0].GetString()!, read[1].GetString()!);
    }

    /// <summary>Compares files that were read.</summary>
    public void ReadTexts(ExperimentStep step)
    {
        foreach (var file in step.Field("read").EnumerateObject())
            CompareFile(step, file.Name, file.Value.GetString() ?? "");
    }

    private void CompareFile(ExperimentStep step, string path, string recorded)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (!_session.TryGetBlock(path, out var block))
        {
            CompareOther(step, path, name, recorded);
            return;
        }
        if (recorded.StartsWith("!blocked", StringComparison.Ordinal) || recorded == "!ENOENT")
        {
            _session.Skip(NotComparable.OtherFile);
            return;
        }
        if (_session.IsTextBefore(block.Id, name, recorded)
            || _writers.HasEndedUnseen(block.Id) && recorded.StartsWith(GoingOffline, StringComparison.Ordinal))
        {
            _session.Skip(NotComparable.Race);
            return;
        }
        if (name == "online" || name == "state" && !recorded.StartsWith(GoingOffline, StringComparison.Ordinal))
            _writers.Release(block.Id);
        if (name == "removable" && block.Zones.Lowest != ZoneType.Movable && !_session.Log.Kernel.Files.ReportsAlwaysRemovable)
            _session.Skip(NotComparable.Removable);
        else
            CompareText(step, path, recorded, _session.Read(path));
    }

    private void CompareOther(ExperimentStep step, string path, string name, string recorded)
    {
        if (name == "min_free_kbytes")
            CompareMinFree(step, recorded);
        else if (path.Contains("/hugepages-2048kB/", StringComparison.Ordinal))
            CompareHugePages(step, path, recorded);
        else if (recorded.StartsWith('!'))
            _session.Skip(NotComparable.OtherFile);
        else if (path.StartsWith("/sys/devices/system/node/has_", StringComparison.Ordinal) || name is "auto_online_blocks" or "memmap_on_memory")
            CompareText(step, path, recorded, _session.Read(path));
        else
            _session.Skip(NotComparable.OtherFile);
    }

    private void CompareMinFree(ExperimentStep step, string recorded)
    {
        if (_session.HasChangedMemory)
            _session.Compare(step, recorded.TrimEnd('\n'), _session.Machine.Watermarks.MinFreeKiB.ToString(CultureInfo.InvariantCulture));
        else
            _session.Skip(NotComparable.Boot);
    }

    /// <summary>Compares the pools, but for a pool that got fewer huge pages than asked.</summary>
    private void CompareHugePages(ExperimentStep step, string path, string recorded)
    {
        var got = _session.Read(path);
        if (_session.HasUnmetPools)
            _session.Skip(NotComparable.HugePagesToBeHad);
        else if (_writers.AnyWaits)
            _session.Skip(NotComparable.Progress);
        else if (got is not null && Math.Abs(Number(recorded) - Number(got)) <= ToleratedHugePages)
            _session.Count();
        else
            CompareText(step, path, recorded, got);
    }

    private static long Number(string text) => long.Parse(text.TrimEnd('\n'), CultureInfo.InvariantCulture);

    private void CompareText(ExperimentStep step, string path, string recorded, string? got)
    {
        _session.Count();
        if (recorded != got)
            _session.Diverged(step, $"{path}: got {Quote(got)}, expected {Quote(recorded)}");
    }

    private static string Quote(string? text) => text is null ? "nothing" : $"\"{JsonEncodedText.Encode(text.Length > 60 ? text[..60] : text)}\"";

    public void OpenUevents(ExperimentStep step)
    {
        _hasUevents = step.Text("e") is null;
        _seenUevents = Uevents().Count;
    }

    /// <summary>Compares the uevents of blocks since the last such line.</summary>
    public void CompareUevents(ExperimentStep step)
    {
        if (!_hasUevents)
            return;
        string[] recorded = [.. step.Field("uev").EnumerateArray().Select(message => message.GetString()!.Split('\0')[0]).Where(IsOfBlock)];
        // What is seen may be under way here.
        _writers.Continue();
        var all = Uevents();
        string[] got = [.. all.Skip(_seenUevents)];
        _seenUevents = all.Count;
        if (_session.Machine.VirtioMem.Any())
        {
            // A driver that tries again takes blocks in the order of its tries.
            Array.Sort(recorded, StringComparer.Ordinal);
            Array.Sort(got, StringComparer.Ordinal);
        }
        _session.Compare(step, string.Join("; ", recorded), string.Join("; ", got));
    }

    private List<string> Uevents() =>
    [
        .. (_session.Read(UeventFile) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            var message = JsonElement.Parse(line);
            return $"{message.GetProperty("ACTION").GetString()}@{message.GetProperty("DEVPATH").GetString()}";
        }).Where(IsOfBlock),
    ];

    private static bool IsOfBlock(string header) => header.Contains("@/devices/system/memory/memory", StringComparison.Ordinal);
}
