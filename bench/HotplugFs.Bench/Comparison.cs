namespace HotplugFs.Bench;

/// <summary>A program before and after a change, measured in turn.</summary>
internal static class Comparison
{
    /// <summary>The names of the targets.</summary>
    internal const string Old = "old", New = "new";

    /// <summary>The greatest change of a median that counts as none.</summary>
    private const double Tolerance = 0.03;

    /// <summary>One line for each operation: the medians, and the median of the rounds' ratios with the quarters around it.</summary>
    internal static string Text(IReadOnlyList<Summary> summaries) => string.Concat(
        from summary in summaries
        where summary.Target == New && summary.Ratios.ContainsKey(Old)
        let old = summaries.Single(other => other.Target == Old && other.Operation == summary.Operation && other.Mode == summary.Mode)
        select Line(summary, old));

    private static string Line(Summary summary, Summary old)
    {
        var ratio = summary.Ratios[Old];
        var verdict = ratio.Median > 1 + Tolerance ? "MORE" : ratio.Median < 1 - Tolerance ? "less" : "unchanged";
        return string.Create(CultureInfo.InvariantCulture,
            $"{summary.Operation,-40} {old.Ns.Median,12:0} {summary.Ns.Median,12:0}  {ratio.Median:0.000} [{ratio.Low:0.000}-{ratio.High:0.000}] {verdict}\n");
    }
}
