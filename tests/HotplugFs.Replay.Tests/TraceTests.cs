using HotplugFs.Machines;
using HotplugFs.Replay.Playback;
using HotplugFs.Replay.Recordings;

namespace HotplugFs.Replay.Tests;

public sealed class TraceTests
{
    internal const string Header =
        """{"kernel":"4.9-mnn","append":"","block_size_bytes":"8000000","auto_online_blocks":"offline","machine_def":{"cpus":["0"]},"nodes":{"possible":"0","online":"0","has_memory":"!ENOENT","has_normal_memory":"0","has_cpu":"0"},"zones":{"0":{"node":{"start_pfn":1048576,"spanned":65536,"present":32768},"Normal":{"start_pfn":1048576,"spanned":65536,"present":32768,"managed":32768,"init":1}}},"blocks":{"32":{"state":"online","valid_zones":"Normal","node":"0","removable":"1"},"33":{"state":"offline","valid_zones":"Normal Movable","node":"0","removable":"1"}}}""";

    /// <summary>Lines with wrong results, and the reported difference of each.</summary>
    internal static readonly string[][] WrongLines =
    [
        ["""{"op":"write","path":"memory/memory33/state","data":"bogus","err":null}""", "got EINVAL at write, expected success"],
        ["""{"op":"write","path":"memory/memory33/state","data":"bogus","err":"EINVAL","at":"open"}""", "got EINVAL at write, expected EINVAL at open"],
        ["""{"op":"write","path":"memory/memory33/state","data":"bogus","err":"EBUSY","at":"write"}""", "expected EBUSY"],
        ["""{"op":"read","path":"memory/memory33/state","data":"online\n"}""", "expected \"online\\n\""],
        ["""{"op":"write","path":"memory/memory33/uevent","data":"add","err":null,"n":1}""", "write returned 3, expected 1"],
        ["""{"op":"write","path":"memory/memory33/uevent","data":"add","err":null,"snap":{"blocks":{"33":["offline","Normal","0"]}}}""", "block 33"],
        ["""{"op":"write","path":"memory/memory33/uevent","data":"add","err":null,"snap":{"nodes":{"has_normal_memory":""}}}""", "node/ has_normal_memory"],
        ["""{"op":"zones","zones":{"0":{"Normal":{"start_pfn":1048576,"spanned":1,"present":32768}}}}""", "zone 0/Normal"],
        ["""{"op":"ls","path":"node","ents":["nothing"]}""", "missing [nothing]"],
        ["""{"op":"plug","id":"d","node":7,"size":134217728,"addr":5368709120,"err":null}""", "got EINVAL, expected ok"],
        ["""{"op":"tree","path":"/sys/bus/node","tree":[]}""", "is unexpected"],
        ["""{"op":"sys","steps":[["open","memory/memory33/state","O_WRONLY"],["write","bogus"]],"res":[{"r":0},{"r":5}]}""", "got EINVAL, expected success"],
    ];

    private string _file = "";

    [SetUp]
    public void MakeFile() => _file = Path.Combine(Path.GetTempPath(), $"trace-{Guid.NewGuid():N}.jsonl");

    [TearDown]
    public void RemoveFile() => File.Delete(_file);

    private ReplayReport Replay(params string[] lines)
    {
        File.WriteAllLines(_file, [Header, .. lines]);
        var report = new ReplayReport();
        Replayer.Replay(Trace.Read(_file), report);
        return report;
    }

    [Test]
    public void Replay_RightResult_DoesNotDiverge()
    {
        var report = Replay("""{"op":"write","path":"memory/memory33/state","data":"bogus","err":"EINVAL","at":"write"}""");
        Assert.That((report.Operations, report.Divergences.Count), Is.EqualTo((1, 0)));
    }

    [TestCaseSource(nameof(WrongLines))]
    public void Replay_WrongResult_IsReportedWithItsLine(string line, string expected)
    {
        var report = Replay("""{"op":"note","note":"not an operation"}""", line);
        Assert.That(report.Divergences, Is.Not.Empty);
        Assert.That(report.Divergences[0].ToString(), Does.StartWith($"{_file}:3: ").And.Contains(expected));
    }

    [TestCase("""{"op":"write","path":"memory/memory33/state","data":"bogus","err":null,"nondet":true,"other_run":{"err":"EINVAL","at":"write"}}""")]
    [TestCase("""{"op":"write","path":"memory/memory33/state","data":"bogus","err":"EINVAL","at":"write","nondet":true,"other_run":{"err":null}}""")]
    [TestCase("""{"op":"read","path":"memory/memory33/state","data":"online\n","nondet":true,"other_run":{"data":"offline\n"}}""")]
    [TestCase("""{"op":"write","path":"memory/memory33/uevent","data":"add","err":null,"n":1,"nondet":true,"other_run":{"n":3}}""")]
    [TestCase("""{"op":"write","path":"memory/memory33/uevent","data":"add","err":null,"snap":{"blocks":{"33":["online","Normal","0"]}},"nondet":true,"other_run":{"snap":{}}}""")]
    [TestCase("""{"op":"sys","steps":[["open","memory/memory33/state","O_WRONLY"],["write","bogus"]],"res":[{"r":0},{"r":5}],"nondet":true,"other_run":{"res":[{"r":0},{"r":-1,"e":"EINVAL"}]}}""")]
    [TestCase("""{"op":"unplug","id":"none","err":null,"nondet":true,"other_run":{"err":"rejected"}}""")]
    public void Replay_OneOfTwoRecordedResults_DoesNotDiverge(string line)
    {
        Assert.That(Replay(line).Divergences, Is.Empty);
        var withoutTheOther = line[..line.IndexOf(",\"nondet\"", StringComparison.Ordinal)] + "}";
        var isRight = withoutTheOther.EndsWith("\"EINVAL\",\"at\":\"write\"}", StringComparison.Ordinal);
        Assert.That(Replay(withoutTheOther).Divergences.Count, Is.EqualTo(isRight ? 0 : 1));
    }

    [Test]
    public void Replay_NeitherOfTwoRecordedResults_IsReported()
    {
        var report = Replay("""{"op":"write","path":"memory/memory33/state","data":"bogus","err":null,"nondet":true,"other_run":{"err":"EBUSY","at":"write"}}""");
        Assert.That(report.Divergences.Single().What, Is.EqualTo("got EINVAL at write, expected success"));
    }

    [TestCase("")]
    [TestCase("remove@/devices/x\\u0000ACTION=remove\\u0000DEVPATH=/devices/x\\u0000SUBSYSTEM=memory\\u0000SEQNUM=7\\u0000")]
    public void Replay_OtherUevents_AreReported(string message)
    {
        var recorded = message.Length == 0 ? "[]" : $"[\"{message}\"]";
        var report = Replay($"{{\"op\":\"write\",\"path\":\"memory/memory33/uevent\",\"data\":\"add\",\"err\":null,\"uev\":{recorded}}}");
        Assert.That(report.Divergences.Single().What, Does.StartWith(
            "uevents [add@/devices/system/memory/memory33 ACTION=add DEVPATH=/devices/system/memory/memory33 SUBSYSTEM=memory], expected ["));
    }

    [TestCase("not json", ":2: not JSON")]
    [TestCase("[]", ":2: a line of a recording must be a JSON object")]
    [TestCase("""{"op":"explode"}""", ":2: this is not an operation of a recording: unknown op \"explode\" (known: klog, ls, ")]
    [TestCase("{}", ":2: this is not an operation of a recording: \"op\" is missing")]
    [TestCase("""{"op":"note","note":"x","nothing":1}""", ":2: this is not an operation of a recording: unknown field \"nothing\"")]
    [TestCase("""{"op":"note","note":"x","snap":{"blocks":{"33":["offline"]}}}""", ":2: this is not an operation of a recording: the value of \"snap.blocks.33\"")]
    [TestCase("""{"op":"note","note":"x","snap":{"blocks":{"x":null}}}""", ":2: this is not an operation of a recording: the name \"snap.blocks.x\" must end in a number")]
    [TestCase("""{"op":"note","note":null}""", ":2: this is not an operation of a recording: \"note\" must not be null")]
    [TestCase("""{"op":"sys","steps":[["explode"]],"res":[{"r":0}]}""", ":2: this is not an operation of a recording: unknown system call \"explode\"")]
    [TestCase("""{"op":"sys","steps":[["close"]],"res":[]}""", ":2: this is not an operation of a recording: 1 steps have 0 results")]
    [TestCase("""{"op":"write","data":"x","err":null}""", ":2: this is not an operation of a recording: \"path\" is missing")]
    [TestCase("""{"op":"plug","id":"d"}""", ":2: this is not an operation of a recording: \"node\" is missing")]
    public void Replay_InvalidLine_IsRefusedWithFileAndLine(string line, string expected) =>
        Assert.That(() => Replay(line), Throws.TypeOf<MachineFileException>().With.Message.StartsWith(_file + expected));

    [TestCase("", "a recording begins with a line")]
    [TestCase("not json", "this is not a recording")]
    [TestCase("{}", "does not describe a machine: \"kernel\" is missing")]
    [TestCase("[]", "this is not a recording")]
    public void Read_InvalidHeader_IsRefused(string header, string expected)
    {
        File.WriteAllText(_file, header);
        Assert.That(
            () => Trace.Read(_file),
            Throws.TypeOf<MachineFileException>().With.Message.StartsWith($"{_file}:1: ").And.Message.Contains(expected));
    }

    [Test]
    public void Read_UnknownKernel_NamesTheKnownOnes()
    {
        File.WriteAllText(_file, Header.Replace("4.9-mnn", "2.2-mnn", StringComparison.Ordinal));
        Assert.That(
            () => Trace.Read(_file),
            Throws.TypeOf<MachineFileException>().With.Message.Contains("unknown kernel \"2.2-mnn\" (known: 3.8, 4.4, 4.9, 6.1, 6.12)"));
    }

    [Test]
    public void Read_HeaderWithoutBlocks_IsRefused()
    {
        File.WriteAllText(_file, Header[..Header.IndexOf("\"blocks\"", StringComparison.Ordinal)] + "\"blocks\":{}}");
        Assert.That(() => Trace.Read(_file), Throws.TypeOf<MachineFileException>().With.Message.Contains("has no blocks"));
    }
}
