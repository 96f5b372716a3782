using System.Text.Encodings.Web;
using System.Text.Json;

namespace HotplugFs.Bench;

/// <summary>The median and the quartiles of some values.</summary>
/// <param name="Low">The lower quartile.</param>
/// <param name="High">The upper quartile.</param>
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

/// <summary>The cost of an operation on a target, and its ratios to the other targets. See <see cref="Measurement"/>.</summary>
/// <param name="Ratios">By other target: the cost divided by the other target's cost in the same round.</param>
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
