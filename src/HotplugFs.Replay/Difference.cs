namespace HotplugFs.Replay;

/// <summary>A difference between a recorded result and the result here.</summary>
/// <param name="Field"><c>error</c>, <c>value</c>, or a field of <see cref="Recordings.RecordedResult"/>.</param>
/// <param name="Expected">The recorded value.</param>
/// <param name="Got">The value here.</param>
internal readonly record struct Difference(string Field, string Expected, string Got)
{
    public const string Success = "success";

    /// <inheritdoc/>
    public override string ToString() => Field switch
    {
        "error" => $"got {Got}, expected {Expected}",
        "value" => $"returned {Got}, expected {Expected}",
        _ => $"{Field}: got {Got}, expected {Expected}",
    };
}
