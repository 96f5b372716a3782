namespace HotplugFs.Cli.Terminals;

/// <summary>Breaks sentences into lines.</summary>
internal static class Prose
{
    /// <summary>Returns lines of at most so many columns, unless a single word is longer.</summary>
    public static IEnumerable<string> Wrap(string text, int columns)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > columns)
            {
                yield return line.ToString();
                line.Clear();
            }
            line.Append(line.Length > 0 ? " " : "").Append(word);
        }
        yield return line.ToString();
    }
}
