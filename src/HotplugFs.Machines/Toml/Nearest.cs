namespace HotplugFs.Machines.Toml;

/// <summary>Suggests a known word for an unknown one.</summary>
public static class Nearest
{
    /// <summary>Returns the candidate most similar to a word; null if none is similar enough for a typing error.</summary>
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

    /// <summary>Returns the end of a message about an unknown word: a suggestion, if there is one, and the known words.</summary>
    public static string Hint(string word, IReadOnlyCollection<string> known)
    {
        var list = $" (known: {string.Join(", ", known)})";
        return Find(word, known) is { } suggestion ? $"; did you mean {suggestion}?{list}" : list;
    }

    /// <summary>Returns how many letters must be inserted, deleted or replaced to turn one word into the other (Levenshtein).</summary>
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
