namespace HotplugFs.Sysfs.Formats;

/// <summary>
/// Parses a write to <c>state</c>: one of the words exactly, with at most one newline after it; bytes after a NUL are ignored
/// (docs/kernels.md, "Words of state"; recordings <c>*-b-grammar-state</c>).
/// </summary>
internal static class StateGrammar
{
    private static readonly (OnlineType Request, byte[] Word)[] Words =
        [.. StateWords.AllRequests.Select(request => (request, Encoding.ASCII.GetBytes(request.Word())))];

    /// <summary>The order in which kernels that accept prefixes compare.</summary>
    private static readonly OnlineType[] PrefixOrder =
        [OnlineType.OnlineKernel, OnlineType.OnlineMovable, OnlineType.Online, OnlineType.Offline];

    /// <summary>Lists the words of some requests, for messages.</summary>
    public static string List(IEnumerable<OnlineType> requests) => string.Join(", ", requests.Select(request => request.Word()));

    /// <summary>
    /// Parses a word as kernels before 3.17 do: each word is compared over as many bytes as both have, so text after a word is ignored and
    /// <c>on</c> means online_kernel (docs/kernels.md, "Words of state before 3.17").
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

    /// <summary>Parses a whole word.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out OnlineType request)
    {
        foreach (var candidate in Words)
        {
            request = candidate.Request;
            if (KernelText.Equal(text, candidate.Word))
                return true;
        }
        request = default;
        return false;
    }
}
