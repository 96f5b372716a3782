using HotplugFs.Replay.Recordings;

namespace HotplugFs.Replay.Tests;

/// <summary>The output and exit status of the subcommand, and that no mounts or files remain.</summary>
[CancelAfter(120_000)]
public sealed class ReplaySubcommandTests
{
    private const string Refused = """{"op":"write","path":"memory/memory33/state","data":"bogus","err":"EINVAL","at":"write"}""";

    private string _file = "";

    [SetUp]
    public void MakeFile() => _file = Path.Combine(Path.GetTempPath(), $"replay-{Guid.NewGuid():N}.jsonl");

    [TearDown]
    public void RemoveFile() => File.Delete(_file);

    private static string[] Mode(bool mount)
    {
        if (mount)
            ReplayProgram.RequireMounts();
        return mount ? ["--mount"] : [];
    }

    private static string Recording(string name) => Path.Combine(AppContext.BaseDirectory, "recordings", name + ".jsonl.gz");

    [Test]
    public void Replay_WithoutDifference_PrintsTheSummaryAndExitsWith0([Values] bool mount)
    {
        File.WriteAllLines(_file, [TraceTests.Header, Refused]);
        var (status, output, error) = ReplayProgram.Run([.. Mode(mount), _file]);
        Assert.That((status, error), Is.EqualTo((0, "")));
        Assert.That(output[^1], Is.EqualTo("1 operations, 0 divergences, 0 skipped"));
        Assert.That(output[..^1], Is.EqualTo(new[] { $"1 not compared: append: {NotCompared.Fields["append"]}" }));
    }

    [Test]
    public void Replay_OfAlteredRecording_ReportsEveryWrongLine([Values] bool mount)
    {
        File.WriteAllLines(_file, TraceTests.WrongLines.Select(line => line[0]).Prepend(TraceTests.Header));
        var (status, output, error) = ReplayProgram.Run([.. Mode(mount), _file]);
        Assert.That((status, error), Is.EqualTo((1, "")));
        for (var i = 0; i < TraceTests.WrongLines.Length; i++)
        {
            var (place, expected) = ($"{_file}:{i + 2}: ", TraceTests.WrongLines[i][1]);
            Assert.That(output, Has.Some.StartsWith(place).And.Contains(expected));
        }
        Assert.That(output[^1], Does.Match(@"^\d+ operations, [1-9]\d* divergences, 0 skipped$"));
    }

    [Test]
    public void Replay_WithAnotherKernel_ReportsDifferences([Values] bool mount)
    {
        var (status, output, error) = ReplayProgram.Run([.. Mode(mount), "--kernel", "6.12", Recording("4.9-mny-c-two-dimms")]);
        Assert.That((status, error), Is.EqualTo((1, "")));
        Assert.That(ReplayProgram.Totals(output).Divergences, Is.Positive);
    }

    [TestCase("{\"op\":\"explode\"}", ":2: this is not an operation of a recording: unknown op \"explode\"")]
    [TestCase("{\"op\":", ":2: not JSON")]
    [TestCase("""{"op":"sys","steps":[["explode"]],"res":[{"r":0}]}""", ":2: this is not an operation of a recording")]
    public void Replay_OfInvalidLine_ExitsWith2AndNamesFileAndLine(string line, string expected)
    {
        File.WriteAllLines(_file, [TraceTests.Header, line]);
        var mounts = File.Exists("/dev/fuse") && Environment.IsPrivilegedProcess;
        var (status, output, error) = ReplayProgram.Run([.. Mode(mounts), _file]);
        Assert.That((status, output), Is.EqualTo((2, Array.Empty<string>())));
        Assert.That(error, Does.StartWith($"hotplugfs: {_file}{expected}"));
    }

    [TestCase("4.9-mnn", "2.2", ":1: unknown kernel \"2.2\"; before 3.8, no zone could be chosen (known: ")]
    [TestCase("\"blocks\":", "\"other\":", ":1: the first line does not describe a machine: unknown field \"other\"")]
    [TestCase("\"managed\":32768", "\"managed\":\"all\"",
        ":1: the first line does not describe a machine: the value of \"zones.0.Normal.managed\" is invalid: \"all\"")]
    [TestCase("{\"kernel\"", "[{\"kernel\"", ":1: this is not a recording: the first line must be a JSON object")]
    public void Replay_OfInvalidHeader_ExitsWith2AndNamesFileAndLine(string from, string to, string expected)
    {
        File.WriteAllText(_file, TraceTests.Header.Replace(from, to, StringComparison.Ordinal));
        var (status, _, error) = ReplayProgram.Run(_file);
        Assert.That(status, Is.EqualTo(2));
        Assert.That(error, Does.StartWith($"hotplugfs: {_file}{expected}"));
    }

    [Test]
    public void Replay_OfMissingFile_ExitsWith2()
    {
        var (status, _, error) = ReplayProgram.Run(_file);
        Assert.That(status, Is.EqualTo(2));
        Assert.That(error, Does.StartWith($"hotplugfs: {_file}: it cannot be read: "));
    }

    [Test]
    public void Replay_OfInvalidGzip_ExitsWith2()
    {
        _file += ".gz";
        File.WriteAllText(_file, "plain");
        var (status, _, error) = ReplayProgram.Run(_file);
        Assert.That(status, Is.EqualTo(2));
        Assert.That(error, Does.StartWith($"hotplugfs: {_file}: it cannot be read: "));
    }

    [TestCase("--kernel", "2.2", "unknown kernel \"2.2\"; before 3.8, no zone could be chosen (known: ")]
    [TestCase("--fast", "x", "unknown option \"--fast\"")]
    public void Replay_InvalidArguments_ExitsWith2(string option, string value, string expected)
    {
        var (status, _, error) = ReplayProgram.Run(option, value, "some.jsonl");
        Assert.That(status, Is.EqualTo(2));
        Assert.That(error, Does.Contain(expected));
    }

    [Test]
    public void Help_HasExamples()
    {
        var (status, output, _) = ReplayProgram.Run("--help");
        Assert.That(status, Is.Zero);
        Assert.That(string.Join('\n', output), Does.Contain("Examples:").And.Contain("hotplugfs replay --mount "));
    }
}
