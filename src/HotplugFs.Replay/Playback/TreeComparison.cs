using System.Text.RegularExpressions;

namespace HotplugFs.Replay.Playback;

/// <summary>
/// Compares a recorded directory tree with a simulated one: names, types, permissions, sizes, link counts, targets and contents.
/// </summary>
internal static partial class TreeComparison
{
    /// <summary>
    /// Files with numbers that depend on the programs of the recorded machine, with what they count. Other text is compared.
    /// </summary>
    public static readonly (string File, string Why)[] PerBoot =
    [
        ("meminfo", "the memory of a node that programs and the kernel use"),
        ("numastat", "how often pages were taken from each node since boot"),
        ("vmstat", "the pages in each use, and events since boot"),
        ("removable", "whether the block holds pages of the kernel; always 1 in 6.x"),
    ];

    [GeneratedRegex(@" *\d+(?=\D*$)", RegexOptions.Multiline)]
    private static partial Regex LastNumberOfALine { get; }

    /// <summary>Returns the differences.</summary>
    public static IEnumerable<string> Compare(TreeOperation operation, IReplayMachine machine)
    {
        var root = operation.Path.StartsWith('/') ? operation.Path : $"/sys/devices/system/{operation.Path}";
        var expected = ByPath(operation.Tree.ConvertAll(Recorded));
        var found = ByPath(machine.Walk(root, operation.Depth ?? int.MaxValue));
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
        entries.Select(WithoutNumbers).ToDictionary(entry => entry.Path);

    private static TreeEntry WithoutNumbers(TreeEntry entry) =>
        entry.Content is not null && PerBoot.Any(row => row.File == entry.Path[(entry.Path.LastIndexOf('/') + 1)..])
            ? entry with { Content = LastNumberOfALine.Replace(entry.Content, "#") }
            : entry;

    private static TreeEntry Recorded(RecordedEntry entry)
    {
        var error = entry.OpenErr ?? entry.ReadErr;
        var content = error is null ? entry.Target ?? entry.Data : null;
        return new TreeEntry(entry.Path, entry.Type, entry.Mode, entry.Size, entry.Nlink, content, error);
    }
}
