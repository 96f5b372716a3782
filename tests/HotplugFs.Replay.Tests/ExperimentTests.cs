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
}
