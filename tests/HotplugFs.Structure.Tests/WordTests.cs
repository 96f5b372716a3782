using System.Text.RegularExpressions;

namespace HotplugFs.Structure.Tests;

/// <summary>Prose is plain English with the field's words: a list of words that have a better one.</summary>
public sealed partial class WordTests
{
    /// <summary>Words of comments and documents, with the one to use instead.</summary>
    private static readonly (string Pattern, string Instead)[] Words =
    [
        ("whoever|whosoever", "name who does it"),
        ("(?<!user )nobody|no one", "name who does not, or use the passive"),
        ("anew", "again"),
        ("without further ado", "automatically"),
        ("foretells?|foretold", "predicts, lists"),
        ("says|tells", "returns, reports, means, states"),
        (@"(goes|went|comes|came)(?! (from|to|on|online|offline)\b)", "is removed, is added, follows"),
        ("shall", "must, will"),
        ("so already", "already in that state"),
        ("\\w+haviour\\w*|colour\\w*|neighbour\\w*|honour\\w*|favour\\w*", "American spelling"),
        ("(recogn|initial|organ|serial|normal|optim|summar)is(e|es|ed|ing)", "American spelling"),
    ];

    /// <summary>Words of the sources, whose names have changed to the field's.</summary>
    private static readonly (string Pattern, string Instead)[] SourceWords =
    [
        ("incarnations?", "generation"),
        ("withholds?|withheld", "omits, sends no reply"),
        ("operands?", "arguments"),
        ("verbs?", "subcommand"),
    ];

    private static readonly string[] Endings = [".cs", ".sh", ".bats", ".bash", ".md", ".toml", ".yaml", ".csproj", ".props", ".c", ".h"];

    [GeneratedRegex("```.*?```|`[^`\n]*`|\"[^\"\n]*\"", RegexOptions.Singleline)]
    private static partial Regex Quoted { get; }

    [Test]
    public void Prose_UsesTheFieldsWords() =>
        Assert.That(
            from path in Repository.Files()
            where Endings.Contains(Path.GetExtension(path)) && !path.EndsWith("WordTests.cs", StringComparison.Ordinal)
            from line in Prose(path)
            from word in path.EndsWith(".cs", StringComparison.Ordinal) ? [.. Words, .. SourceWords] : Words
            where Regex.IsMatch(line.Text, $@"\b({word.Pattern})\b", RegexOptions.IgnoreCase)
            select $"{Repository.Relative(path)}:{line.Number}: {word.Pattern}: {word.Instead}",
            Is.Empty);

    /// <summary>The comments of a source file, or the text of a document without what it quotes.</summary>
    private static IEnumerable<(int Number, string Text)> Prose(string path)
    {
        var text = File.ReadAllText(path);
        if (path.EndsWith(".md", StringComparison.Ordinal))
            text = Quoted.Replace(text, quoted => new string('\n', quoted.Value.Count(character => character == '\n')));
        Func<string, string> comment = Path.GetExtension(path) switch
        {
            ".md" => line => line,
            ".cs" or ".c" or ".h" => line => After(line, "//"),
            ".csproj" or ".props" => line => After(line, "<!--"),
            _ => line => After(line, "# "),
        };
        return text.Split('\n').Select((line, index) => (index + 1, comment(line)));
    }

    private static string After(string line, string mark) =>
        line.IndexOf(mark, StringComparison.Ordinal) is var start and >= 0 ? line[start..] : "";
}
