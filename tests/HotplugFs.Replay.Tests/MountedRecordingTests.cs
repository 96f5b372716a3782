namespace HotplugFs.Replay.Tests;

/// <summary>Every recording is replayed with real system calls through live mounts; none may diverge.</summary>
[CancelAfter(1_200_000)]
public sealed class MountedRecordingTests
{
    private const double SkippedMax = 0.02;

    [Test]
    public void Replay_AllRecordings_DoNotDivergeAndSkipLessThanTwoPercent()
    {
        ReplayProgram.RequireMounts();

        var (status, output, error) = ReplayProgram.Run(
            RecordingTests.Recordings().Select(name => Path.Combine(AppContext.BaseDirectory, "recordings", name)).Prepend("--mount"));

        Assert.That(error, Is.Empty);
        var divergences = output.Where(line =>
            !line.Contains(" skipped", StringComparison.Ordinal) && !line.Contains(" not compared: ", StringComparison.Ordinal));
        Assert.That(divergences.Take(20), Is.Empty);
        Assert.That(status, Is.Zero);
        TestContext.Progress.WriteLine($"recordings through mounts: {output[^1]}\n  {string.Join("\n  ", output[..^1])}");
        var (operations, _, skipped) = ReplayProgram.Totals(output);
        Assert.That(operations, Is.GreaterThan(40_000));
        Assert.That(skipped, Is.LessThan(SkippedMax * (operations + skipped)));
    }
}
