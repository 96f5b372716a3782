using System.Text.Json;
using BenchmarkDotNet.Reports;

namespace HotplugFs.Engine.Benchmarks;

/// <summary>
/// How the time of an operation grows with the machine. The goal is at most a factor of two from a thousand to a million blocks.
/// </summary>
/// <param name="Kernel">The kernel whose rules apply.</param>
/// <param name="Ns">Median time in nanoseconds by number of blocks.</param>
/// <param name="AllocatedBytes">Bytes that the operation allocates.</param>
internal sealed record Growth(string Operation, string Kernel, SortedDictionary<int, double> Ns, long AllocatedBytes)
{
    private const double MaxRatio = 2;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    internal double? Ratio => Ns.TryGetValue(1_000, out var small) && Ns.TryGetValue(1_000_000, out var large) ? large / small : null;

    internal static IReadOnlyList<Growth> Of(IEnumerable<BenchmarkReport> reports) =>
    [
        .. from report in reports
           where report.ResultStatistics is not null
           let parameters = report.BenchmarkCase.Parameters
           group report by (report.BenchmarkCase.Descriptor.WorkloadMethod.Name, (string)parameters["Kernel"]) into sizes
           select new Growth(
               sizes.Key.Item1,
               sizes.Key.Item2,
               new SortedDictionary<int, double>(sizes.ToDictionary(
                   one => (int)one.BenchmarkCase.Parameters["Blocks"], one => Math.Round(one.ResultStatistics!.Median, 1))),
               sizes.Max(one => one.GcStats.GetBytesAllocatedPerOperation(one.BenchmarkCase) ?? 0)),
    ];

    internal static string ToText(IReadOnlyList<Growth> all) => string.Concat(all.Select(one =>
        string.Create(CultureInfo.InvariantCulture,
            $"{one.Operation,-28} {one.Kernel,-6} {string.Join("  ", one.Ns.Select(point => $"{point.Key}: {point.Value:0} ns")),-80} ")
        + (one.Ratio is { } ratio ? DescribeRatio(ratio) : "")
        + $", {one.AllocatedBytes} B\n"));

    private static string DescribeRatio(double ratio) => string.Create(CultureInfo.InvariantCulture,
        $"x {ratio:0.00} from 10^3 to 10^6, goal <= {MaxRatio:0}: {(ratio <= MaxRatio ? "met" : "MISSED")}");

    internal static string ToJson(IReadOnlyList<Growth> all) => JsonSerializer.Serialize(all, Options) + "\n";
}
