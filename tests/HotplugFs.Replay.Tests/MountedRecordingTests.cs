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

        // A process and its mounts keep one CPU busy.
        var parts = RecordingTests.Recordings().Where(IsRepresentative)
            .Select(name => Path.Combine(AppContext.BaseDirectory, "recordings", name))
            .Index().GroupBy(recording => recording.Index % Environment.ProcessorCount, recording => recording.Item);
        var runs = Task.WhenAll(parts.Select(part => Task.Run(() => ReplayProgram.Run(part.Prepend("--mount"))))).Result;

        var (operations, skipped) = (0, 0);
        foreach (var (status, output, error) in runs)
        {
            Assert.That(error, Is.Empty);
            var divergences = output.Where(line =>
                !line.Contains(" skipped", StringComparison.Ordinal) && !line.Contains(" not compared: ", StringComparison.Ordinal));
            Assert.That(divergences.Take(20), Is.Empty);
            Assert.That(status, Is.Zero);
            TestContext.Progress.WriteLine($"recordings through mounts: {output[^1]}\n  {string.Join("\n  ", output[..^1])}");
            var (compared, _, left) = ReplayProgram.Totals(output);
            (operations, skipped) = (operations + compared, skipped + left);
        }
        Assert.That(operations, Is.GreaterThan(40_000));
        Assert.That(skipped, Is.LessThan(SkippedMax * (operations + skipped)));
    }
}
