using System.Text.RegularExpressions;

namespace HotplugFs.Sysfs.Tests;

/// <summary>
/// The facts about memory in use that experiments on real kernels have shown, each as a short script (Facts/README.md). Where the logs of the
/// experiments are in tests/recordings/pages, HotplugFs.Replay.Tests replays them whole.
/// </summary>
public sealed partial class FactTests
{
    [GeneratedRegex(@"^## (?<experiment>\S+) (?<kernels>[\d. ]+): (?<fact>.+)\n(?<script>(?:(?!## ).*\n)*)", RegexOptions.Multiline)]
    private static partial Regex Fact { get; }

    private static IEnumerable<TestCaseData> Facts =>
        from file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Facts"), "*.txt").Order(StringComparer.Ordinal)
        from Match fact in Fact.Matches(File.ReadAllText(file))
        from kernel in fact.Groups["kernels"].Value.Split(' ')
        select new TestCaseData(kernel, fact.Groups["script"].Value)
            .SetArgDisplayNames($"{kernel} {fact.Groups["experiment"].Value}: {fact.Groups["fact"].Value.Replace('.', ' ')}");

    [TestCaseSource(nameof(Facts))]
    public void Script_OfAFact_HasTheResultsOfTheKernel(string kernel, string script)
    {
        var machine = new FactMachine(kernel);
        string[] lines = [.. script.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#'))];
        Assert.That(lines, Is.Not.Empty);
        foreach (var line in lines)
        {
            var parts = line.Split(" = ");
            Assert.That(machine.Run(parts[0]), Is.EqualTo(parts.Length > 1 ? parts[1] : "ok"), $"{line}\n{machine.Log}");
        }
    }

    [Test]
    public void Files_HaveNoOtherLines()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Facts"), "*.txt"))
            Assert.That(Fact.Replace(File.ReadAllText(file), ""), Is.Empty, Path.GetFileName(file));
    }
}
