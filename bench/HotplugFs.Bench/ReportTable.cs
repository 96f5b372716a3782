namespace HotplugFs.Bench;

/// <summary>Writes the table of measured values and goals, as text and as Markdown.</summary>
internal static class ReportTable
{
    private static readonly string[] Head = ["operation", "mount", "time", "against sysfs", "goal", "", "against C", "goal", ""];

    internal static string Text(IReadOnlyList<Summary> summaries)
    {
        var text = new StringBuilder();
        foreach (var (title, rows) in Sections(summaries))
        {
            text.AppendLine().AppendLine(title);
            AppendAligned(text, rows);
        }
        return text.ToString();
    }

    internal static string Markdown(IReadOnlyList<Summary> summaries)
    {
        var text = new StringBuilder();
        foreach (var (title, rows) in Sections(summaries))
        {
            text.AppendLine(title).AppendLine();
            AppendMarkdownRow(text, rows[0]);
            AppendMarkdownRow(text, [.. rows[0].Select(_ => "---")]);
            foreach (var row in rows.Skip(1))
                AppendMarkdownRow(text, row);
            text.AppendLine();
        }
        return text.ToString();
    }

    private static IEnumerable<(string Title, List<string[]> Rows)> Sections(IReadOnlyList<Summary> summaries)
    {
        foreach (var mode in new[] { "pinned", "unpinned" })
        {
            var least = summaries.Where(one => one.Mode == mode).Select(one => one.Blocks).DefaultIfEmpty(0).Min();
            var rows = Goal.All.Select(goal => Row(goal, summaries, mode, least)).OfType<string[]>().ToList();
            if (rows.Count > 0)
                yield return ($"{least} blocks, {mode} (median of the rounds' ratios, quarters in brackets):", [Head, .. rows]);
            var sizes = BySize(summaries, mode);
            if (sizes.Count > 1)
                yield return ($"Cost against number of blocks, {mode}:", sizes);
        }
        var whole = Whole(summaries);
        if (whole.Count > 1)
            yield return ("Whole tasks, from nothing to the answer and back:", whole);
    }

    private static string[]? Row(Goal goal, IReadOnlyList<Summary> summaries, string mode, int blocks)
    {
        Summary? Find(string operation, string target) => summaries.FirstOrDefault(
            one => one.Operation == operation && one.Target == target && one.Mode == mode && one.Blocks == blocks);
        if (Find(goal.Operation, goal.Target) is not { } ours)
            return null;
        Spread? sysfs = ours.Ratios.TryGetValue(Goal.Sysfs, out var measured) ? measured : null;
        var mark = "";
        if (sysfs is null && Goal.StandIns.TryGetValue(goal.Operation, out var standIn) && Find(standIn, Goal.Sysfs) is { } other)
        {
            // Of medians, because rounds of different operations are unrelated.
            var ratio = ours.Ns.Median / other.Ns.Median;
            (sysfs, mark) = (new Spread(ratio, ratio, ratio), "*");
        }
        Spread? c = ours.Ratios.TryGetValue(Goal.C, out var server) ? server : null;
        // The goals are for one CPU. With two, the time is mostly that of waking the other one.
        var hasGoals = mode == "pinned";
        return
        [
            goal.Name ?? goal.Operation, goal.Target, Time(ours.Ns.Median),
            Ratio(sysfs) + mark, Limit(goal.AgainstSysfs, hasGoals), Verdict(sysfs, goal.AgainstSysfs, hasGoals),
            Ratio(c), Limit(goal.AgainstC, hasGoals), Verdict(c, goal.AgainstC, hasGoals),
        ];
    }

    private static List<string[]> BySize(IReadOnlyList<Summary> summaries, string mode)
    {
        var run = summaries.Where(one => one.Mode == mode).ToList();
        var sizes = run.Select(one => one.Blocks).Distinct().Order().ToArray();
        string[] head = ["operation", "mount", .. sizes.Select(size => size.ToString(CultureInfo.InvariantCulture))];
        var rows = new List<string[]> { head };
        if (sizes.Length < 2)
            return rows;
        foreach (var group in run.Where(one => one.Target is Goal.Ours or Goal.C).GroupBy(one => (one.Operation, one.Target)))
        {
            var times = sizes.Select(size => group.FirstOrDefault(one => one.Blocks == size) is { } one ? Time(one.Ns.Median) : "");
            rows.Add([group.Key.Operation, group.Key.Target, .. times]);
        }
        return rows;
    }

    private static List<string[]> Whole(IReadOnlyList<Summary> summaries) =>
    [
        ["task", "with", "time", "quarters"],
        .. summaries.Where(one => one.Mode == "whole").Select(one => new[]
        {
            one.Operation, one.Target, Time(one.Ns.Median), $"{Time(one.Ns.Low)} to {Time(one.Ns.High)}",
        }),
    ];

    private static string Time(double ns) => ns switch
    {
        < 1e3 => string.Create(CultureInfo.InvariantCulture, $"{ns:0} ns"),
        < 1e6 => string.Create(CultureInfo.InvariantCulture, $"{ns / 1e3:0.0} us"),
        < 1e9 => string.Create(CultureInfo.InvariantCulture, $"{ns / 1e6:0.0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{ns / 1e9:0.0} s"),
    };

    private static string Ratio(Spread? ratio) => ratio is { } spread
        ? string.Create(CultureInfo.InvariantCulture, $"{spread.Median:0.00} [{spread.Low:0.00}-{spread.High:0.00}]")
        : "-";

    private static string Limit(double? limit, bool hasGoals) =>
        hasGoals && limit is { } most ? string.Create(CultureInfo.InvariantCulture, $"<= {most:0.##}") : "";

    private static string Verdict(Spread? ratio, double? limit, bool hasGoals)
    {
        if (!hasGoals || ratio is not { } spread || limit is not { } most)
            return "";
        return Math.Round(spread.Median, 2) <= most ? "met" : "MISSED";
    }

    private static void AppendAligned(StringBuilder text, List<string[]> rows)
    {
        var widths = rows[0].Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
            text.AppendLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    private static void AppendMarkdownRow(StringBuilder text, string[] row) => text.Append("| ").AppendJoin(" | ", row).AppendLine(" |");
}
