namespace HotplugFs.Replay;

/// <summary>One thing that was not as recorded.</summary>
/// <param name="Field">What: <c>error</c>, <c>value</c>, or the recordings' name of it.</param>
/// <param name="Expected">As recorded.</param>
/// <param name="Got">As found.</param>
internal readonly record struct Difference(string Field, string Expected, string Got)
{
    public const string Success = "success";

    public override string ToString() => Field switch
    {
        "error" => $"got {Got}, expected {Expected}",
        "value" => $"returned {Got}, expected {Expected}",
        _ => $"{Field}: got {Got}, expected {Expected}",
    };
}
