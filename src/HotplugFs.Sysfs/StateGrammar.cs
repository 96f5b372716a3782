using System.Text;
using HotplugFs.Abi;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Sysfs;

/// <summary>
/// Reading what is written to <c>state</c>: one of the words exactly, at most one newline behind it, nothing after a NUL counts
/// (legacy.md 2; recordings <c>*-b-grammar-state</c>).
/// </summary>
internal static class StateGrammar
{
    private static readonly (OnlineType Request, byte[] Word)[] Words =
        [.. StateWords.AllRequests.Select(request => (request, Encoding.ASCII.GetBytes(request.Word())))];

    /// <summary>The words, for messages.</summary>
    public static string KnownWords { get; } = string.Join(", ", StateWords.AllRequests.Select(request => request.Word()));

    /// <summary>The order in which kernels that take prefixes compare.</summary>
    private static readonly OnlineType[] PrefixOrder = [OnlineType.OnlineKernel, OnlineType.OnlineMovable, OnlineType.Online, OnlineType.Offline];

    /// <summary>
    /// Reads a word as kernels before 3.17 do: each word is compared over as many bytes as both have, so garbage behind a word does not
    /// matter and <c>on</c> is online_kernel (legacy.md 2).
    /// </summary>
    public static bool TryParsePrefix(ReadOnlySpan<byte> text, out OnlineType request)
    {
        foreach (var candidate in PrefixOrder)
        {
            request = candidate;
            var word = Words[(int)candidate].Word.AsSpan();
            var length = Math.Min(text.Length, word.Length);
            if (text[..length].SequenceEqual(word[..length]))
                return true;
        }
        request = default;
        return false;
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out OnlineType request)
    {
        foreach (var row in Words)
        {
            request = row.Request;
            if (KernelText.Equal(text, row.Word))
                return true;
        }
        request = default;
        return false;
    }

    /// <summary>Written bytes as they can stand in a log line: at most 40 of them, odd ones as escapes.</summary>
    public static string Quote(ReadOnlySpan<byte> text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text[..Math.Min(text.Length, 40)])
        {
            _ = (char)character switch
            {
                '\n' => quoted.Append("\\n"),
                '\0' => quoted.Append("\\0"),
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                < ' ' or > '~' => quoted.Append($"\\x{character:x2}"),
                var plain => quoted.Append(plain),
            };
        }
        return quoted.Append(text.Length > 40 ? "\"..." : "\"").ToString();
    }
}
