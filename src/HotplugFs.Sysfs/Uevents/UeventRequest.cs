using System.Text;
using HotplugFs.Abi;

namespace HotplugFs.Sysfs.Uevents;

/// <summary>What is written to a file <c>uevent</c>: <c>ACTION [UUID [KEY=value ...]]</c> (modern.md, "uevents"; kobject_synth_uevent).</summary>
/// <param name="Action">The action.</param>
/// <param name="Uuid">The UUID, or null.</param>
/// <param name="Pairs">The pairs, as written.</param>
internal sealed record UeventRequest(string Action, string? Uuid, IReadOnlyList<string> Pairs)
{
    /// <summary>The actions; bind and unbind came with 4.14.</summary>
    public static IReadOnlyList<string> Actions { get; } = ["add", "remove", "change", "move", "online", "offline", "bind", "unbind"];

    /// <summary>What the request adds to the message in kernels that tell it from a real event.</summary>
    public IReadOnlyList<string> Extra => [$"SYNTH_UUID={Uuid ?? "0"}", .. Pairs.Select(pair => $"SYNTH_ARG_{pair}")];

    /// <summary>Reads what was written.</summary>
    /// <returns>The request, or null if it is none.</returns>
    public static UeventRequest? Parse(ReadOnlySpan<byte> text)
    {
        var words = Encoding.Latin1.GetString(KernelText.WithoutNewline(text)).Split(' ');
        if (!Actions.Contains(words[0]) || (words.Length > 1 && !Guid.TryParseExact(words[1], "D", out _)) || !words.Skip(2).All(IsPair))
            return null;
        return new UeventRequest(words[0], words.Length > 1 ? words[1] : null, words[Math.Min(2, words.Length)..]);
    }

    private static bool IsPair(string word) =>
        word.Split('=') is [{ Length: > 0 } key, { Length: > 0 } value] && key.All(char.IsAsciiLetterOrDigit) && value.All(char.IsAsciiLetterOrDigit);
}
