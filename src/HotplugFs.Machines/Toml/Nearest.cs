namespace HotplugFs.Machines.Toml;

/// <summary>Finds what somebody may have meant.</summary>
internal static class Nearest
{
    /// <summary>The candidate that differs least from a word, if it differs little enough to be a slip.</summary>
    /// <param name="word">What was written.</param>
    /// <param name="candidates">What would be right.</param>
    /// <returns>A candidate, or null.</returns>
    public static string? Find(string word, IEnumerable<string> candidates)
    {
        var (best, least) = ((string?)null, Math.Max(2, word.Length / 3) + 1);
        if (word.Length > 64)
            return null;
        foreach (var candidate in candidates)
        {
            var distance = Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (distance < least && distance < candidate.Length)
                (best, least) = (candidate, distance);
        }
        return best;
    }

    /// <summary>A sentence's end: what is known, and what may have been meant.</summary>
    /// <param name="word">What was written.</param>
    /// <param name="known">What would be right.</param>
    public static string Hint(string word, IReadOnlyCollection<string> known)
    {
        var list = $"known are {string.Join(", ", known)}";
        return Find(word, known) is { } meant ? $"did you mean {meant}? {list}" : list;
    }

    /// <summary>Letters to insert, delete or replace to turn one word into the other (Levenshtein).</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
