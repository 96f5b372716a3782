using System.CommandLine;
using HotplugFs.Cli.Signals;
using HotplugFs.Machines;
using HotplugFs.Replay;
using HotplugFs.Replay.Comparison;
using HotplugFs.Replay.Experiments;
using HotplugFs.Replay.Playback;
using HotplugFs.Replay.Recordings;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs replay TRACE...</c>: replays recordings of real kernels and reports every difference.</summary>
internal sealed class ReplayCommand
{
    private readonly Argument<string[]> _traces =
        Arguments.MakeList("TRACE", "Recordings of real kernels (*.jsonl or *.jsonl.gz)", ArgumentArity.OneOrMore);

    private readonly Option<bool> _mount = new("--mount")
    {
        Description =
            "Replay with real system calls on a temporary mount instead of in process (root only for recordings with several users)",
    };

    private readonly Option<string?> _kernel = KernelOption.Make();

    private readonly Option<string?> _against = new("--against")
    {
        HelpName = "VERSION,VERSION",
        Description = "Show side by side what two kernels do with the same operations, instead of comparing with the recorded one",
    };

    /// <summary>Composes the subcommand.</summary>
    public static Command Build() => new ReplayCommand().Compose();

    private Command Compose()
    {
        var command = new Command(SubcommandNames.Replay,
            "Replay recordings of real kernels and report differences. Exits with 1 if there are any, 2 if a recording is invalid")
        {
            _traces, _mount, _kernel, _against,
        };
        _against.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } list && KernelOption.PairProblem(list) is { } problem)
                result.AddError(problem);
            else if (result.GetResult(_mount) is { Implicit: false } || result.GetResult(_kernel) is { Implicit: false })
                result.AddError("--against compares two kernels in process; leave --mount and --kernel out");
        });
        Examples.AddTo(command,
            "hotplugfs replay tests/recordings/*.jsonl.gz",
            "hotplugfs replay --mount tests/recordings/6.12-f-fileops-root.jsonl.gz",
            "hotplugfs replay --kernel 6.12 tests/recordings/4.9-mny-c-boundary-std.jsonl.gz",
            "hotplugfs replay --against 4.9,6.12 tests/recordings/4.9-mny-c-boundary-std.jsonl.gz");
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var output = parsed.InvocationConfiguration.Output;
        var error = parsed.InvocationConfiguration.Error;
        using var signals = new StopSignals();
        var traces = parsed.GetRequiredValue(_traces);
        var progress = new ReplayProgress(error, traces.Length);
        try
        {
            if (parsed.GetValue(_against) is { } pair)
                return Compare(traces, pair.Split(','), output, progress, signals);
            var report = Replay(traces, parsed.GetValue(_kernel), output, progress, signals, new ReplayOptions
            {
                Mount = parsed.GetValue(_mount) ? trace => new ReplayMount(trace) : null,
                Progress = progress.Advance,
                Cancellation = signals.Token,
            });
            WriteSummary(report, output);
            return report.Divergences.Count == 0 ? ExitStatus.Success : ExitStatus.Failure;
        }
        catch (OperationCanceledException)
        {
            progress.Clear();
            return signals.Status;
        }
        catch (Exception problem) when (problem is MachineFileException or ReplayException)
        {
            progress.Clear();
            error.WriteLine($"{ProgramIdentity.HotplugFs.Name}: {problem.Message}");
            return problem is MachineFileException ? ExitStatus.UsageError : ExitStatus.Failure;
        }
    }

    private static int Compare(string[] traces, string[] kernels, TextWriter output, ReplayProgress progress, StopSignals signals)
    {
        signals.ExitAtOnce = true;
        var areSame = true;
        foreach (var file in traces)
        {
            var (first, second) = (RecordingFile.Read(file, kernels[0]), RecordingFile.Read(file, kernels[1]));
            progress.Begin(Path.GetFileName(file), first.Count);
            using var text = new StringWriter();
            try
            {
                areSame &= new KernelComparison(text).Compare(first, second, new ReplayOptions { Progress = progress.Advance });
            }
            finally
            {
                progress.Clear();
                output.Write(text);
            }
        }
        return areSame ? ExitStatus.Success : ExitStatus.Failure;
    }

    private static ReplayReport Replay(
        string[] traces, string? kernel, TextWriter output, ReplayProgress progress, StopSignals signals, ReplayOptions options)
    {
        var total = new ReplayReport();
        foreach (var file in traces)
        {
            // Only a mount has to be removed. Reading may wait for a writer, and an operation in process may take long.
            signals.ExitAtOnce = true;
            var recording = RecordingFile.Read(file, kernel);
            signals.ExitAtOnce = !options.IsMounted;
            var report = new ReplayReport();
            progress.Begin(Path.GetFileName(file), recording.Count);
            try
            {
                AnyReplayer.Replay(recording, report, options);
            }
            finally
            {
                // Differences found before a recording turned out to be invalid are still reported.
                progress.Clear();
                foreach (var divergence in report.Divergences)
                    output.WriteLine(divergence);
                total.Add(report);
            }
        }
        return total;
    }

    private static void WriteSummary(ReplayReport report, TextWriter output)
    {
        foreach (var (reason, count) in report.Skipped.OrderByDescending(row => row.Value))
            output.WriteLine($"{count} skipped: {reason}");
        foreach (var (field, count) in report.Uncompared)
            output.WriteLine($"{count} not compared: {field}: {NotCompared.Fields[field]}");
        output.WriteLine(report);
    }
}
