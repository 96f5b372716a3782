using System.CommandLine;
using System.Runtime.InteropServices;
using HotplugFs.Cli.Replaying;
using HotplugFs.Machines;
using HotplugFs.Replay;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs replay TRACE...</c>: repeats recordings of real kernels and shows every difference.</summary>
internal static class ReplayCommand
{
    private const int SignalStatusBase = 128;

    private static readonly Argument<string[]> Traces = new("TRACE")
    {
        Description = "Recordings of real kernels (*.jsonl or *.jsonl.gz)",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<bool> Mount = new("--mount")
    {
        Description = "Make real system calls on a mount of its own, instead of asking the tree; as root to be every user",
    };

    private static readonly Option<string?> Kernel = KernelOption.Make();

    static ReplayCommand() => Operands.RefuseOptions(Traces);

    /// <summary>Makes the command.</summary>
    public static Command Build()
    {
        var command = new Command("replay",
            "Repeat recordings of real kernels and show what is different; the status is 1 if anything is, and 2 for a broken recording")
        {
            Traces, Mount, Kernel,
        };
        Examples.AddTo(command,
            "hotplugfs replay tests/recordings/*.jsonl.gz",
            "hotplugfs replay --mount tests/recordings/6.12-f-fileops-root.jsonl.gz",
            "hotplugfs replay --kernel 6.12 tests/recordings/4.9-mny-c-boundary-std.jsonl.gz");
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var output = parsed.InvocationConfiguration.Output;
        var error = parsed.InvocationConfiguration.Error;
        using var cancellation = new CancellationTokenSource();
        var status = ExitStatus.Ok;
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            status = SignalStatusBase + (int)Number(context.Signal);
            cancellation.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        var traces = parsed.GetRequiredValue(Traces);
        var progress = new ReplayProgress(error, traces.Length);
        try
        {
            var report = Replay(traces, output, progress, new ReplayOptions
            {
                Kernel = parsed.GetValue(Kernel),
                Mount = parsed.GetValue(Mount) ? trace => new ReplayMount(trace) : null,
                Progress = progress.Advance,
                Cancellation = cancellation.Token,
            });
            Conclude(report, output);
            return report.Divergences.Count == 0 ? ExitStatus.Ok : ExitStatus.Cannot;
        }
        catch (OperationCanceledException)
        {
            progress.Clear();
            return status;
        }
        catch (Exception problem) when (problem is MachineFileException or ReplayException)
        {
            progress.Clear();
            error.WriteLine($"hotplugfs: {problem.Message}");
            return problem is MachineFileException ? ExitStatus.BadUsage : ExitStatus.Cannot;
        }
    }

    private static ReplayReport Replay(string[] traces, TextWriter output, ReplayProgress progress, ReplayOptions options)
    {
        var total = new ReplayReport();
        foreach (var file in traces)
        {
            var trace = Trace.Read(file);
            var report = new ReplayReport();
            progress.Begin(Path.GetFileName(file), trace.Lines.Count);
            try
            {
                Replayer.Replay(trace, report, options);
            }
            finally
            {
                // What was found before a recording turned out to be broken has been found.
                progress.Clear();
                foreach (var divergence in report.Divergences)
                    output.WriteLine(divergence);
                total.Add(report);
            }
        }
        return total;
    }

    private static void Conclude(ReplayReport report, TextWriter output)
    {
        foreach (var (reason, count) in report.Skipped.OrderByDescending(row => row.Value))
            output.WriteLine($"{count} skipped: {reason}");
        output.WriteLine(report);
    }

    private static int Number(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        _ => 15,
    };
}
