namespace HotplugFs.Replay;

/// <summary>
/// A result that cannot be as it was on the recorded kernel, and the one value that it has instead; any other value is a divergence. It
/// counts as skipped, never as a match.
/// </summary>
/// <param name="Call">The call, by its <see cref="CallName"/>.</param>
/// <param name="Field">What differs; see <see cref="Difference.Field"/>.</param>
/// <param name="Recorded">The value on the recorded kernel.</param>
/// <param name="Here">The value here.</param>
/// <param name="Why">The reason.</param>
internal sealed record KnownDifference(string Call, string Field, string Recorded, string Here, string Why)
{
    /// <summary>The reason under which the report counts it.</summary>
    public string Reason => $"{Call}: {Why}";

    public bool Explains(string call, Difference difference) =>
        Call == call && Field == difference.Field && Recorded == difference.Expected && Here == difference.Got;
}
