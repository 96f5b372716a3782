using System.Text.RegularExpressions;
using HotplugFs.Machines;
using HotplugFs.Machines.Files;
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

    /// <summary>Block 34 was offlined and onlined again, so the Movable block 35 is the one that refused.</summary>
    [Test]
    public void Replay_RefusedUnplug_TakesTheBusyBlockFromTheUevents()
    {
        string[] lines =
        [
            """{"op":"plug","id":"d","node":0,"size":268435456,"at_addr":4563402752,"addr":4563402752,"err":null,"snap":{"blocks":{"33":["offline","Normal","0"],"34":["offline","Normal","0"],"35":["offline","Normal Movable","0"]},"zones":{"0":{"node":{"start_pfn":1048576,"spanned":131072,"present":32768},"Normal":{"start_pfn":1048576,"spanned":131072,"present":32768,"managed":32768,"init":1}}}},"uev":["add 34","add 35"]}""",
            """{"op":"write","path":"memory/memory35/state","data":"online_movable","err":null,"snap":{"blocks":{"34":["offline","Normal Movable","0"],"35":["online","Movable Normal","0"]},"zones":{"0":{"node":{"start_pfn":1048576,"spanned":131072,"present":65536},"Normal":{"start_pfn":1048576,"spanned":98304,"present":32768,"managed":32768,"init":1},"Movable":{"start_pfn":1146880,"spanned":32768,"present":32768,"managed":32768,"init":1}}}},"uev":["online 35"]}""",
            """{"op":"write","path":"memory/memory34/state","data":"online","err":null,"snap":{"blocks":{"34":["online","Normal Movable","0"]},"zones":{"0":{"node":{"start_pfn":1048576,"spanned":131072,"present":98304},"Normal":{"start_pfn":1048576,"spanned":98304,"present":65536,"managed":65536,"init":1}}}},"uev":["online 34"]}""",
            """{"op":"unplug","id":"d","err":"rejected","snap":null,"uev":["offline 34","online 34"]}""",
        ];
        Assert.That(Replay(Array.ConvertAll(lines, WithMessages)).Divergences, Is.Empty);
    }

    /// <summary>Replaces actions and block numbers by the messages of uevents.</summary>
    private static string WithMessages(string line) => Regex.Replace(line, "(?<=\")(add|online|offline) (\\d+)(?=\")",
        """$1@/devices/system/memory/memory$2\u0000ACTION=$1\u0000DEVPATH=/devices/system/memory/memory$2\u0000SUBSYSTEM=memory\u0000""");

    [Test]
    public void Replay_OfAnUnknownKernel_WithAKnownOne()
    {
        File.WriteAllText(_file, Header.Replace("4.9-mnn", "2.2-mnn", StringComparison.Ordinal));
        Assert.That(() => Trace.Read(_file), Throws.TypeOf<MachineFileException>().With.Message.Contains("--kernel selects another"));
        Assert.That(Trace.Read(_file, "4.9").Machine.Kernel, Is.EqualTo("4.9"));
    }

    [TestCase(-75, "EOVERFLOW")]
    [TestCase(-512, "?")]
    [TestCase(-512, "512")]
    public void Replay_InjectedError_IsComparedByItsNameIfItHasOne(int injected, string recorded)
    {
        const string inject = "/sys/kernel/debug/notifier-error-inject/memory/actions/MEM_GOING_ONLINE/error";
        var report = Replay(
            $$"""{"op":"write","path":"{{inject}}","data":"{{injected}}","err":null,"snap":null}""",
            $$"""{"op":"write","path":"memory/memory33/state","data":"online","err":"{{recorded}}","at":"write"}""");
        Assert.That(report.Divergences, Is.Empty);
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
    [TestCase("""{"op":"note","note":"x","snap":{"blocks":{"2147483647":null}}}""", ":2: this is not an operation of a recording: block 2147483647 is out of range (0 to 33554431)")]
    [TestCase("""{"op":"note","note":"x","snap":{"zones":{"-1":null}}}""", ":2: this is not an operation of a recording: node -1 is out of range (0 to 1023)")]
    [TestCase("""{"op":"zones","zones":{"0":{"Normal":{"start_pfn":9223372036854775807,"spanned":1,"present":1}}}}""", ":2: this is not an operation of a recording: start_pfn of zone 0/Normal 9223372036854775807 is out of range")]
    [TestCase("""{"op":"zones","zones":{"0":{"Normal":{"start_pfn":0,"spanned":1,"present":-1}}}}""", ":2: this is not an operation of a recording: present of zone 0/Normal -1 is out of range")]
    [TestCase("""{"op":"plug","id":"d","node":0,"size":9223372036854775807,"err":null}""", ":2: this is not an operation of a recording: size 9223372036854775807 is out of range")]
    [TestCase("""{"op":"plug","id":"d","node":0,"size":134217728,"addr":-1,"err":null}""", ":2: this is not an operation of a recording: addr -1 is out of range")]
    [TestCase("""{"op":"vmem_plug","id":"v","node":0,"max":9223372036854775807,"err":null}""", ":2: this is not an operation of a recording: max 9223372036854775807 is out of range")]
    public void Replay_InvalidLine_IsRefusedWithFileAndLine(string line, string expected) =>
        Assert.That(() => Replay(line), Throws.TypeOf<MachineFileException>().With.Message.StartsWith(_file + expected));

    [TestCase("", "a recording begins with a line")]
    [TestCase("not json", "this is not a recording")]
    [TestCase("{}", "does not describe a machine: \"kernel\" is missing")]
    [TestCase("[]", "this is not a recording")]
    [TestCase("root:x:0:0:root:/root:/bin/bash", "this is not a recording")]
    [TestCase("\"33\":|\"2147483647\":", "block 2147483647 is out of range (0 to 33554431)")]
    [TestCase("\"block_size_bytes\":\"8000000\"|\"block_size_bytes\":\"0\"", "block_size_bytes \"0\" is not a power of two from 16M to 64G")]
    [TestCase("\"block_size_bytes\":\"8000000\"|\"block_size_bytes\":\"8000000000000000\"", "block_size_bytes \"8000000000000000\"")]
    [TestCase("\"possible\":\"0\"|\"possible\":\"0-2147483647\"", "nodes.possible 2147483647 is out of range (0 to 1023)")]
    [TestCase("\"cpus\":[\"0\"]|\"cpus\":[\"0-2147483647\"]", "cpus of node 0 2147483647 is out of range (0 to 8191)")]
    [TestCase("\"cpus\":[\"0\"]|\"cpus\":[\"5-2\"]", "cpus of node 0 2 is out of range (5 to 8191)")]
    [TestCase("\"start_pfn\":1048576|\"start_pfn\":9223372036854775807", "is out of range")]
    [TestCase("\"managed\":32768|\"managed\":-1", "managed of zone 0/Normal -1 is out of range")]
    [TestCase("\"cpus\":[\"0\"]|\"cpus\":[\"0\"],\"dimms\":[{\"id\":\"a\",\"node\":0,\"addr\":-1,\"size\":1}]", "addr of DIMM a -1 is out of range")]
    [TestCase("\"cpus\":[\"0\"]|\"cpus\":[\"0\"],\"dimms\":[{\"id\":\"../a\",\"node\":0,\"addr\":0,\"size\":1}]", "invalid DIMM name")]
    public void Read_InvalidHeader_IsRefused(string header, string expected)
    {
        // A pair stands for the usual header with a text replaced by another.
        File.WriteAllText(_file, header.Split('|') is [var found, var replaced] ? Header.Replace(found, replaced) : header);
        Assert.That(
            () => Trace.Read(_file),
            Throws.TypeOf<MachineFileException>().With.Message.StartsWith($"{_file}:1: ").And.Message.Contains(expected));
    }

    [Test]
    public void Read_EndlessFile_IsRefusedAtTheLimit()
    {
        Assert.That(
            () => Trace.Read("/dev/zero"),
            Throws.TypeOf<MachineFileException>().With.Message.EqualTo("/dev/zero:1: the line is longer than 32 MiB"));
    }

    [Test]
    public void Read_SmallFileThatUnpacksToALargeOne_IsRefusedAtTheLimit()
    {
        var packed = _file + ".gz";
        using (var stream = new System.IO.Compression.GZipStream(File.Create(packed), System.IO.Compression.CompressionLevel.Fastest))
        {
            var zeros = new byte[1 << 20];
            for (var written = 0; written <= MachineFile.LengthMax; written += zeros.Length)
                stream.Write(zeros);
        }
        Assert.That(new FileInfo(packed).Length, Is.LessThan(1 << 20));
        Assert.That(() => Trace.Read(packed), Throws.TypeOf<MachineFileException>().With.Message.Contains("longer than 32 MiB"));
        File.Delete(packed);
    }

    [Test]
    public void Read_UnknownKernel_NamesTheKnownOnes()
    {
        File.WriteAllText(_file, Header.Replace("4.9-mnn", "2.2-mnn", StringComparison.Ordinal));
        Assert.That(
            () => Trace.Read(_file),
            Throws.TypeOf<MachineFileException>().With.Message.Contains("unknown kernel \"2.2\"; before 3.8, no zone could be chosen (known: every"));
    }

    [Test]
    public void Read_HeaderWithoutBlocks_IsRefused()
    {
        File.WriteAllText(_file, Header[..Header.IndexOf("\"blocks\"", StringComparison.Ordinal)] + "\"blocks\":{}}");
        Assert.That(() => Trace.Read(_file), Throws.TypeOf<MachineFileException>().With.Message.Contains("has no blocks"));
    }
}
