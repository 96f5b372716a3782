using System.Text.RegularExpressions;

namespace HotplugFs.Structure.Tests;

/// <summary>What a reader should never find in the sources.</summary>
public sealed partial class TidyTests
{
    private const int LinesMax = 500;
    private const int LineLengthMax = 150;

    [GeneratedRegex(@"catch(\s*\([^)]*\))?\s*\{\s*\}")]
    private static partial Regex DroppedException { get; }

    [Test]
    public void Files_AreAFewHundredLines() =>
        Assert.That(Repository.Sources().Where(path => File.ReadLines(path).Count() > LinesMax).Select(Repository.Relative), Is.Empty);

    [Test]
    public void Lines_FitAScreen() =>
        Assert.That(
            from path in Repository.Sources()
            from line in File.ReadLines(path).Index()
            where line.Item.Length > LineLengthMax && !line.Item.Contains("\"\"\"", StringComparison.Ordinal)
            select $"{Repository.Relative(path)}:{line.Index + 1}",
            Is.Empty);

    [Test]
    public void Exceptions_AreNotDropped() =>
        Assert.That(Repository.Sources().Where(path => DroppedException.IsMatch(File.ReadAllText(path))).Select(Repository.Relative), Is.Empty);

    [Test]
    public void Sources_HoldNoNotesToSelf()
    {
        // Split so that the test does not find its own file.
        string[] words = ["TO" + "DO", "FIX" + "ME", "X" + "XX"];
        Assert.That(
            from path in Repository.Sources()
            where words.Any(word => File.ReadAllText(path).Contains(word, StringComparison.Ordinal))
            select Repository.Relative(path),
            Is.Empty);
    }
}
