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
        var log = Logs.Single(path => Path.GetFileName(path) == "4.14-during.jsonl.gz");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(log), CompressionMode.Decompress));
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, "other-end.jsonl");
        const string end = "\"written\": -1, \"ms\": 2176, \"errno\": ";
        File.WriteAllText(path, reader.ReadToEnd().Replace($"{end}\"EINTR\"", $"{end}null", StringComparison.Ordinal));
        var report = new ReplayReport();
        AnyReplayer.Replay(ExperimentLog.Read(path), report);
        File.Delete(path);
        Assert.That(report.Divergences.Select(divergence => divergence.ToString()), Has.Some.Contains("got no end, expected success"));
    }
}
