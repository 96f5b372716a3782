using System.Text.Encodings.Web;
using System.Text.Json;

namespace HotplugFs.Bench;

/// <summary>The median and the quarters around it.</summary>
/// <param name="Low">A quarter of the values is below.</param>
/// <param name="Median">Half of them are.</param>
/// <param name="High">Three quarters are.</param>
internal readonly record struct Spread(double Low, double Median, double High)
{
    internal static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return new Spread(At(sorted, 0.25), At(sorted, 0.5), At(sorted, 0.75));
    }

    private static double At(double[] sorted, double part)
    {
        var place = part * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}

/// <summary>What one operation cost on one target, and how that compares with the others round by round.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Target">The file system.</param>
/// <param name="Mode">See <see cref="Measurement"/>.</param>
/// <param name="Blocks">See <see cref="Measurement"/>.</param>
/// <param name="Ns">Nanoseconds.</param>
/// <param name="Ratios">For each other target: this one's cost divided by that one's in the same round.</param>
internal sealed record Summary(
    string Operation, string Target, string Mode, int Blocks, Spread Ns, IReadOnlyDictionary<string, Spread> Ratios)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static IReadOnlyList<Summary> Of(IReadOnlyList<Measurement> measurements)
    {
        var summaries = new List<Summary>();
        foreach (var run in measurements.GroupBy(one => (one.Operation, one.Mode, one.Blocks)))
        {
            var targets = run.GroupBy(one => one.Target)
                .ToDictionary(group => group.Key, group => group.ToDictionary(one => one.Round, one => one.Ns));
            foreach (var (target, rounds) in targets)
            {
                var ratios = targets.Where(other => other.Key != target).ToDictionary(other => other.Key, other => Ratio(rounds, other.Value));
                summaries.Add(new Summary(run.Key.Operation, target, run.Key.Mode, run.Key.Blocks, Spread.Of(rounds.Values), ratios));
            }
        }
        return summaries;
    }

    internal static string ToJson(IReadOnlyList<Summary> summaries) => JsonSerializer.Serialize(summaries.Select(Rounded), Options) + "\n";

    private static Spread Ratio(Dictionary<int, double> mine, Dictionary<int, double> theirs) =>
        Spread.Of(mine.Where(round => theirs.ContainsKey(round.Key)).Select(round => round.Value / theirs[round.Key]));

    private static Summary Rounded(Summary summary) => summary with
    {
        Ns = Round(summary.Ns, 1),
        Ratios = summary.Ratios.ToDictionary(ratio => ratio.Key, ratio => Round(ratio.Value, 3)),
    };

    private static Spread Round(Spread spread, int digits) =>
        new(Math.Round(spread.Low, digits), Math.Round(spread.Median, digits), Math.Round(spread.High, digits));
}
