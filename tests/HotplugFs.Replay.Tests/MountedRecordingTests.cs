namespace HotplugFs.Replay.Tests;

/// <summary>
/// Recordings are replayed with real system calls through live mounts; none may diverge. Of the random sequences of a kernel, which all take
/// the same ways through a mount, only the first: all of them take ten minutes.
/// </summary>
[CancelAfter(1_200_000)]
public sealed class MountedRecordingTests
{
    private const double SkippedMax = 0.02;

    private static bool IsRepresentative(string name) =>
        !name.Contains("-d-random", StringComparison.Ordinal) || name.EndsWith("-00.jsonl.gz", StringComparison.Ordinal);

    [Test]
    public void Replay_Recordings_DoNotDivergeAndSkipLessThanTwoPercent()
    {
        ReplayProgram.RequireMounts();

        var (status, output, error) = ReplayProgram.Run(
            RecordingTests.Recordings().Where(IsRepresentative)
                .Select(name => Path.Combine(AppContext.BaseDirectory, "recordings", name)).Prepend("--mount"));

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
