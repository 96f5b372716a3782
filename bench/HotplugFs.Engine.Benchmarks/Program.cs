using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using HotplugFs.Engine.Benchmarks;
using Perfolizer.Horology;

// usage: HotplugFs.Engine.Benchmarks RESULTS-DIRECTORY [--short] [--pages]; --pages leaves out what depends on the number of blocks
if (args is not [var folder, ..])
{
    Console.Error.WriteLine("usage: HotplugFs.Engine.Benchmarks RESULTS-DIRECTORY [--short] [--pages]");
    return 2;
}
var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance);
job = args.Contains("--short")
    ? job.WithStrategy(BenchmarkDotNet.Engines.RunStrategy.Throughput).WithWarmupCount(1).WithIterationCount(1)
        .WithIterationTime(TimeInterval.FromMilliseconds(5))
    : job.WithWarmupCount(3).WithIterationCount(9).WithIterationTime(TimeInterval.FromMilliseconds(50));
var config = ManualConfig.CreateEmpty()
    .AddJob(job)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddLogger(NullLogger.Instance)
    .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "hotplugfs-benchmarks"));
var pages = PageTimes.Of(BenchmarkRunner.Run<PageBenchmarks>(config));
Console.Write(PageTimes.ToText(pages));
var growth = Growth.Of(args.Contains("--pages") ? [] : BenchmarkRunner.Run<OperationBenchmarks>(config).Reports);
Directory.Delete(config.ArtifactsPath, recursive: true);
Console.Write(Growth.ToText(growth));
Directory.CreateDirectory(folder);
if (growth.Count > 0)
    File.WriteAllText(Path.Combine(folder, "engine.json"), Growth.ToJson(growth));
return pages.Count > 0 ? 0 : 1;
