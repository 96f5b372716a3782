namespace HotplugFs.Replay;

/// <summary>
/// Something that cannot be as it was on the recorded kernel, with the one value that it has instead: any other value is a divergence. It
/// is counted as skipped, never as agreement.
/// </summary>
/// <param name="Call">The call, as <see cref="CallName"/> names it.</param>
/// <param name="Field">What of it, as <see cref="Difference.Field"/>.</param>
/// <param name="Recorded">What the recorded kernel did.</param>
/// <param name="Here">What happens here.</param>
/// <param name="Why">Why.</param>
internal sealed record KnownDifference(string Call, string Field, string Recorded, string Here, string Why)
{
    public bool Explains(string call, Difference difference) =>
        Call == call && Field == difference.Field && Recorded == difference.Expected && Here == difference.Got;

    /// <summary>Under which it is counted.</summary>
    public string Reason => $"{Call}: {Why}";
}

/// <summary>Names of calls that tell apart what the kernel treats differently.</summary>
internal static class CallName
{
    private const int MapPrivate = 2;

    public const string EmptyWrite = "write of no bytes";
    public const string GoneLseek = "lseek in a file that went";

    public static string Of(RecordedCall call) => call.Verb switch
    {
        "write" when call.Bytes(0).Length == 0 => EmptyWrite,
        "mmap" when (call.Int(1) & MapPrivate) != 0 => "mmap, private",
        "getxattr" or "setxattr" => $"{call.Verb} of {call.Text(1)[..(call.Text(1).IndexOf('.', StringComparison.Ordinal) + 1)]}*",
        // The recordings use this one only for descriptors that stay open while their block goes.
        "klseek" => GoneLseek,
        "realpath" when call.Text(0).EndsWith("/firmware_node", StringComparison.Ordinal) => "realpath of firmware_node",
        var verb => verb,
    };
}
