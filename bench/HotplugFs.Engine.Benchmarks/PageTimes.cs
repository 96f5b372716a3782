using BenchmarkDotNet.Reports;

namespace HotplugFs.Engine.Benchmarks;

/// <summary>The time of an operation on pages in use, and its goal.</summary>
/// <param name="Kernel">The kernel whose rules apply.</param>
/// <param name="Milliseconds">The median.</param>
/// <param name="Goal">The greatest time that is good enough, in milliseconds.</param>
internal sealed record PageTimes(string Operation, string Kernel, double Milliseconds, double Goal)
{
    private static readonly Dictionary<string, double> Goals = new()
    {
        [nameof(PageBenchmarks.AllocateAndFree1GiB)] = 5,
        [nameof(PageBenchmarks.OfflineAndOnlineAFullBlock)] = 1,
    };

    internal static IReadOnlyList<PageTimes> Of(Summary summary) =>
    [
        .. from report in summary.Reports
           where report.ResultStatistics is not null
           let name = report.BenchmarkCase.Descriptor.WorkloadMethod.Name
           select new PageTimes(name, (string)report.BenchmarkCase.Parameters["Kernel"], report.ResultStatistics!.Median / 1e6, Goals[name]),
    ];

    internal static string ToText(IReadOnlyList<PageTimes> all) => string.Concat(all.Select(one =>
        string.Create(CultureInfo.InvariantCulture,
            $"{one.Operation,-28} {one.Kernel,-6} {one.Milliseconds:0.000} ms, goal < {one.Goal:0} ms: ")
        + (one.Milliseconds < one.Goal ? "met\n" : "MISSED\n")));
}
