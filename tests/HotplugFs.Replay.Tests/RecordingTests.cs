using HotplugFs.Replay.Playback;
using HotplugFs.Replay.Recordings;

namespace HotplugFs.Replay.Tests;

/// <summary>Every recording is replayed in process; none may diverge.</summary>
public sealed class RecordingTests
{
    private static readonly ReplayReport Total = new();

    private static string Folder => Path.Combine(TestContext.CurrentContext.TestDirectory, "recordings");

    public static IEnumerable<string> Recordings() =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "recordings"), "*.jsonl.gz")
            .Select(path => Path.GetFileName(path)!)
            .Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Recordings))]
    public void Replay_Recording_DoesNotDiverge(string name)
    {
        var report = new ReplayReport();
        Replayer.Replay(Trace.Read(Path.Combine(Folder, name)), report);
        TestContext.Out.WriteLine($"{name}: {report}");
        Assert.That(report.Divergences.Take(20), Is.Empty);
        Assert.That(report.Operations, Is.Positive);
        Total.Add(report);
    }

    [OneTimeTearDown]
    public static void PrintTotal()
    {
        TestContext.Progress.WriteLine($"recordings: {Total}");
        foreach (var (reason, count) in Total.Skipped)
            TestContext.Progress.WriteLine($"  {count} skipped: {reason}");
    }
}
