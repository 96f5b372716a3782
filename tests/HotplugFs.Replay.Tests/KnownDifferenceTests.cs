using HotplugFs.Replay.Mounted;

namespace HotplugFs.Replay.Tests;

/// <summary>What FUSE decides differently from sysfs is exactly what the table lists, and is never counted as agreement.</summary>
[CancelAfter(120_000)]
public sealed class KnownDifferenceTests
{
    private const string Header =
        """{"kernel":"6.1","append":"","block_size_bytes":"8000000","auto_online_blocks":"offline","memory_hotplug":{"auto_movable_numa_aware":"Y","auto_movable_ratio":"301","memmap_on_memory":"N","online_policy":"contig-zones"},"nodes":{"possible":"0","online":"0","has_memory":"0","has_normal_memory":"0","has_cpu":"0"},"cpus":{"0":"0"},"zones":{"0":{"Normal":{"start_pfn":1048576,"spanned":32768,"present":32768,"managed":32768}}},"blocks":{"32":{"state":"online","valid_zones":"Normal","node":"0","removable":"1"}}}""";

    private const string Plug =
        """{"op":"plug","id":"d0","node":0,"size":268435456,"addr":4429185024,"err":null,"snap":{"blocks":{"33":["offline","Normal Movable","0"],"34":["offline","Normal Movable","0"]}}}""";

    private const string Unplug = """{"op":"unplug","id":"d0","err":null,"snap":{"blocks":{"33":null,"34":null}}}""";

    private const string InjectError =
        """{"op":"write","path":"/sys/kernel/debug/notifier-error-inject/memory/actions/MEM_GOING_ONLINE/error","data":"-512","err":null}""";

    private const string Keep = """{"op":"sys","steps":[["kopen",1,"memory/memory33/state","O_RDONLY"]],"res":[{"r":0}]}""";

    private const string State = "memory/memory33/state";
    private const string ErrorFile = "/sys/kernel/debug/notifier-error-inject/memory/actions/MEM_GOING_ONLINE/error";

    /// <summary>Calls whose rows apply only with certain settings of the host.</summary>
    private static readonly string[] DecidedByTheHost = ["link", "getxattr of system.*"];

    private string _file = "";

    [SetUp]
    public void SetUp()
    {
        ReplayProgram.RequireMounts();
        _file = Path.Combine(Path.GetTempPath(), $"known-{Guid.NewGuid():N}.jsonl");
    }

    [TearDown]
    public void RemoveFile() => File.Delete(_file);

    private static KnownDifference[] Rows() =>
        [.. FuseDifferences.All.Where(row => !DecidedByTheHost.Contains(row.Call)
            && !row.Why.Contains("decided by the host", StringComparison.Ordinal))];

    /// <summary>Returns steps of which the last makes the call of a row.</summary>
    private static string[] Steps(string call) => call switch
    {
        "statfs" => ["""["statfs","memory"]"""],
        "mmap, private" => [$"""["open","{State}","O_RDONLY"]""", """["mmap",1,2]"""],
        CallName.EmptyWrite => [$"""["open","{ErrorFile}","O_WRONLY"]""", """["write",""]"""],
        "write" => [$"""["open","{State}","O_WRONLY"]""", """["write","online"]"""],
        "fcntl" => [$"""["open","{State}","O_RDWR"]""", """["fcntl",3,0]"""],
        "fionread" => [$"""["open","{State}","O_RDONLY"]""", """["fionread"]"""],
        "listxattr" => [$"""["listxattr","{State}"]"""],
        CallName.SeekRemoved => ["""["klseek",1,0]"""],
        _ => [$"""["{call[..8]}","{State}","{call[12..].Replace("*", "x", StringComparison.Ordinal)}"]"""],
    };

    private static string Result(string field, string value) => (field, value) switch
    {
        ("error", Difference.Success) => """{"r":0}""",
        ("error", _) => $$"""{"r":-1,"e":"{{value}}"}""",
        ("value", _) => $$"""{"r":{{(int.TryParse(value, out var number) ? number : 1)}}}""",
        _ => $$"""{"r":0,"{{field}}":"{{value}}"}""",
    };

    private static string Line(KnownDifference row, string value)
    {
        var steps = Steps(row.Call);
        var results = steps.SkipLast(1).Select(_ => """{"r":0}""").Append(Result(row.Field, value));
        return $$"""{"op":"sys","steps":[{{string.Join(",", steps)}}],"res":[{{string.Join(",", results)}}]}""";
    }

    private (int Status, string[] Output, string Error) Replay(Func<KnownDifference, string> value)
    {
        var lines = new List<string> { Header, Plug, InjectError, Keep };
        lines.AddRange(Rows().Where(row => row.Call != CallName.SeekRemoved).Select(row => Line(row, value(row))));
        lines.Add(Unplug);
        lines.AddRange(Rows().Where(row => row.Call == CallName.SeekRemoved).Select(row => Line(row, value(row))));
        File.WriteAllLines(_file, lines);
        return ReplayProgram.Run("--mount", _file);
    }

    [Test]
    public void Replay_ResultOfSysfs_IsSkippedWithItsReason()
    {
        var (status, output, error) = Replay(row => row.Recorded);
        Assert.That((status, error), Is.EqualTo((0, "")), string.Join('\n', output));
        Assert.That(
            output[..^1].Where(line => !line.Contains(" not compared: ", StringComparison.Ordinal)),
            Is.EquivalentTo(Rows().GroupBy(row => row.Reason).Select(group => $"{group.Count()} skipped: {group.Key}")));
    }

    [Test]
    public void Replay_ResultOfFuse_DoesNotDiverge()
    {
        var (status, output, error) = Replay(row => row.Here);
        Assert.That((status, error), Is.EqualTo((0, "")), string.Join('\n', output));
        Assert.That(ReplayProgram.Totals(output).Skipped, Is.Zero);
        Assert.That(ReplayProgram.Totals(output).Operations, Is.GreaterThan(Rows().Length));
    }

    [Test]
    public void Replay_OtherResult_Diverges()
    {
        var (status, output, _) = Replay(row => row.Field == "error" ? "ENOSPC" : "0x1");
        Assert.That(status, Is.EqualTo(1));
        Assert.That(ReplayProgram.Totals(output).Divergences, Is.EqualTo(Rows().Length));
    }

    [Test]
    public void Rows_HaveReasons() => Assert.That(FuseDifferences.All.Select(row => row.Why), Has.All.Not.Empty);
}
