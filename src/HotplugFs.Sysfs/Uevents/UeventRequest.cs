namespace HotplugFs.Sysfs.Uevents;

/// <summary>
/// A write to a file <c>uevent</c>: <c>ACTION [UUID [KEY=value ...]]</c> (docs/kernels.md, "Writing to uevent"; kobject_synth_uevent).
/// </summary>
/// <param name="Uuid">The UUID, or null if none was written.</param>
/// <param name="Pairs">The pairs <c>KEY=value</c>.</param>
internal sealed record UeventRequest(string Action, string? Uuid, IReadOnlyList<string> Pairs)
{
    /// <summary>The actions; bind and unbind exist since 4.14.</summary>
    public static IReadOnlyList<string> Actions { get; } = ["add", "remove", "change", "move", "online", "offline", "bind", "unbind"];

    /// <summary>The variables that the request adds to the message, in kernels that mark such messages.</summary>
    public IReadOnlyList<string> Extra => [$"SYNTH_UUID={Uuid ?? "0"}", .. Pairs.Select(pair => $"SYNTH_ARG_{pair}")];

    /// <summary>Parses a write.</summary>
    /// <returns>The request, or null if the text is none.</returns>
    public static UeventRequest? Parse(ReadOnlySpan<byte> text)
    {
        var words = Encoding.Latin1.GetString(KernelText.WithoutNewline(text)).Split(' ');
        if (!Actions.Contains(words[0]) || (words.Length > 1 && !Guid.TryParseExact(words[1], "D", out _)) || !words.Skip(2).All(IsPair))
            return null;
        return new UeventRequest(words[0], words.Length > 1 ? words[1] : null, words[Math.Min(2, words.Length)..]);
    }

    private static bool IsPair(string word) =>
        word.Split('=') is [{ Length: > 0 } key, { Length: > 0 } value]
        && key.All(char.IsAsciiLetterOrDigit) && value.All(char.IsAsciiLetterOrDigit);
}
