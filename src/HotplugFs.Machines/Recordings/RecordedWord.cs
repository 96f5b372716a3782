namespace HotplugFs.Machines.Recordings;

/// <summary>Finds the value of a word in a recording.</summary>
internal static class RecordedWord
{
    /// <summary>Returns the value of a word.</summary>
    /// <exception cref="FormatException">No value has it.</exception>
    public static T Find<T>(string word, IEnumerable<T> values, Func<T, string> wordOf) =>
        values.Any(value => wordOf(value) == word)
            ? values.First(value => wordOf(value) == word)
            : throw new FormatException($"unknown word \"{word}\" (known: {string.Join(", ", values.Select(wordOf))})");
}
