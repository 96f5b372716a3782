using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace HotplugFs.Testing.Tests;

/// <summary>The code that documents show is that of <see cref="Samples"/>, and so compiles and passes.</summary>
public sealed partial class DocumentTests
{
    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block { get; }

    [Test]
    public void Code_OfTheRecipes_IsThatOfTheSamples()
    {
        var samples = Flat(File.ReadAllText(Path.Combine(Directory(), "Samples.cs")));
        var recipes = File.ReadAllText(Path.Combine(Directory(), "../../docs/recipes.md"));
        string[] blocks = [.. Block.Matches(recipes).Select(match => match.Groups[1].Value)];
        Assert.That(blocks, Is.Not.Empty);
        foreach (var block in blocks)
            Assert.That(samples, Does.Contain(Flat(block)));
    }

    private static string Flat(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim()));

    private static string Directory([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
