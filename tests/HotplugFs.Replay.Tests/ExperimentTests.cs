using System.IO.Compression;
using HotplugFs.Replay.Experiments;
using HotplugFs.Replay.Recordings;

namespace HotplugFs.Replay.Tests;

/// <summary>The logs of experiments with memory in use on real kernels.</summary>
public sealed class ExperimentTests
{
    private static IEnumerable<string> Logs =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "recordings", "pages"), "*.jsonl.gz").Order(StringComparer.Ordinal);

    private static IEnumerable<TestCaseData> Experiments => Logs.Select(path => new TestCaseData(path).SetArgDisplayNames(Path.GetFileName(path)));

    [TestCaseSource(nameof(Experiments))]
    public void Replay_Experiment_DoesNotDiverge(string path)
    {
        var report = new ReplayReport();
        AnyReplayer.Replay(ExperimentLog.Read(path), report);
        Assert.That(report.Divergences, Is.Empty);
        Assert.That(report.Operations, Is.GreaterThan(10));
    }

    [Test]
    public void Replay_ExperimentOnAnotherKernel_Diverges()
    {
        var path = Logs.Single(path => Path.GetFileName(path) == "6.12-no-room.jsonl.gz");
        var report = new ReplayReport();
        AnyReplayer.Replay(RecordingFile.Read(path, "4.9"), report);
        Assert.That(report.Divergences, Is.Not.Empty);
    }

    /// <summary>A write that has another end in the log than here ends the replay of its experiment with a divergence, not never.</summary>
    [Test]
    [CancelAfter(60_000)]
    public void Replay_WaitingWriteWithAnotherEnd_Diverges()
    {
        const string end = "\"written\": -1, \"ms\": 2176, \"errno\": ";
        var divergences = ReplayChanged("4.14-during", $"{end}\"EINTR\"", $"{end}null");
        Assert.That(divergences, Has.Some.Contains("got no end, expected success"));
    }

    /// <summary>A log with another figure is not the log of the simulated kernel.</summary>
    [TestCase("6.12-watermarks", "\"MemAvailable\": 918160", "\"MemAvailable\": 918164", "MemAvailable: got")]
    [TestCase("6.12-watermarks", "\"MemTotal\": 1056628", "\"MemTotal\": 1056632", "MemTotal: got")]
    [TestCase("6.12-watermarks", "(0, 0, 247, 375, 375)", "(0, 0, 247, 375, 376)", "expected 0, 0, 247, 375, 376")]
    [TestCase("6.12-off-kinds", "\"low\": 878", "\"low\": 879", "low of ")]
    [TestCase("4.14-during", "\"free\": 65505", "\"free\": 94087", "change of free memory")]
    [TestCase("6.12-memmap-on", "[1528368, 1407808]", "[1528368, 1528368]", "change of free memory")]
    public void Replay_LogWithAnotherFigure_Diverges(string experiment, string recorded, string other, string difference) =>
        Assert.That(ReplayChanged(experiment, recorded, other), Has.Some.Contains(difference));

    /// <summary>Replays a log in which a text is another one.</summary>
    /// <returns>The divergences.</returns>
    private static IEnumerable<string> ReplayChanged(string experiment, string recorded, string other)
    {
        var log = Logs.Single(path => Path.GetFileName(path) == $"{experiment}.jsonl.gz");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(log), CompressionMode.Decompress));
        var text = reader.ReadToEnd();
        Assert.That(text, Does.Contain(recorded));
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{experiment}-changed.jsonl");
        File.WriteAllText(path, text.Replace(recorded, other, StringComparison.Ordinal));
        var report = new ReplayReport();
        AnyReplayer.Replay(ExperimentLog.Read(path), report);
        File.Delete(path);
        return report.Divergences.Select(divergence => divergence.ToString());
    }
}
