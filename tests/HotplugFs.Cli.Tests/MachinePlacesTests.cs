using System.Text.RegularExpressions;
using HotplugFs.Cli.Places;

namespace HotplugFs.Cli.Tests;

/// <summary>The list of covered paths is the same everywhere.</summary>
public sealed partial class MachinePlacesTests
{
    /// <summary>An absolute path in code quotes, with at most one list of names in braces.</summary>
    [GeneratedRegex(@"`(/[^`{}]*)(?:\{([^}]*)\})?`")]
    private static partial Regex QuotedPath { get; }

    [Test]
    public void Places_OfTheProgram_AreOneALine()
    {
        using StringWriter output = new(), error = new();

        Assert.That(CommandLine.Run(["--places"], output, error), Is.Zero, error.ToString());
        Assert.That(output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(MachinePlaces.All));
    }

    [TestCase("docs/run.md")]
    [TestCase("docker/README.md")]
    public void Places_InADocument_AreThoseOfTheProgram(string document)
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "documents", document));
        var sentence = text.Split("\n\n").SelectMany(paragraph => paragraph.Split('.'))
            .First(sentence => sentence.Contains("`/sys/module/memory_hotplug`", StringComparison.Ordinal));
        var places = QuotedPath.Matches(sentence)
            .SelectMany(match => match.Groups[2].Value.Split(',').Select(name => match.Groups[1].Value + name));

        Assert.That(places, Is.EquivalentTo(MachinePlaces.All));
    }
}
