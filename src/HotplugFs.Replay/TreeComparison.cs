using System.Text.Json;
using System.Text.RegularExpressions;

namespace HotplugFs.Replay;

/// <summary>Compares a recorded directory tree with a simulated one: names, types, modes, sizes, link counts, targets and contents.</summary>
internal static partial class TreeComparison
{
    /// <summary>Files whose numbers depend on what ran on the recorded machine; the rest of their text is compared.</summary>
    public static readonly (string File, string Why)[] PerBoot =
    [
        ("meminfo", "how much of a node's memory programs and the kernel use"),
        ("numastat", "how often pages were taken from which node since boot"),
        ("vmstat", "how many pages are in what use, and events since boot"),
        ("removable", "whether a page of the kernel happens to lie in the block; 6.x always says 1"),
    ];

    [GeneratedRegex(@" *\d+(?=\D*$)", RegexOptions.Multiline)]
    private static partial Regex LastNumberOfALine { get; }

    /// <summary>Compares the tree of a line of a recording.</summary>
    public static IEnumerable<string> Compare(TraceLine line, IReplayMachine machine)
    {
        var path = line.NeededText("path");
        var root = path.StartsWith('/') ? path : $"/sys/devices/system/{path}";
        var expected = ByPath(line.Json.GetProperty("tree").EnumerateArray().Select(Recorded));
        var found = ByPath(machine.Walk(root, (int)(line.Number64("depth") ?? int.MaxValue)));
        foreach (var name in expected.Keys.Union(found.Keys).Order(StringComparer.Ordinal))
        {
            if (!found.TryGetValue(name, out var got))
                yield return $"{name} is missing";
            else if (!expected.TryGetValue(name, out var wanted))
                yield return $"{name} is unexpected";
            else if (got != wanted)
                yield return $"{name}: got {got}, expected {wanted}";
        }
    }

    private static Dictionary<string, TreeEntry> ByPath(IEnumerable<TreeEntry> entries) =>
        entries.Select(WithoutFigures).ToDictionary(entry => entry.Path);

    private static TreeEntry WithoutFigures(TreeEntry entry) =>
        entry.Content is not null && PerBoot.Any(row => row.File == entry.Path[(entry.Path.LastIndexOf('/') + 1)..])
            ? entry with { Content = LastNumberOfALine.Replace(entry.Content, "#") }
            : entry;

    private static TreeEntry Recorded(JsonElement entry) => new(
        entry.GetProperty("path").GetString()!, entry.GetProperty("type").GetString()!, entry.GetProperty("mode").GetString()!,
        entry.GetProperty("size").GetInt64(), entry.GetProperty("nlink").GetInt64(),
        Member(entry, "target") ?? Member(entry, "open_err") ?? Member(entry, "read_err") ?? Member(entry, "data"));

    private static string? Member(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetString() : null;
}
