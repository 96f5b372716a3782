using System.CommandLine;
using HotplugFs.Cli.Importing;
using HotplugFs.Cli.Signals;
using HotplugFs.Replay.Recorder;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs record</c>: records a real kernel, so that its machine can be mounted and its answers compared.</summary>
internal sealed class RecordCommand
{
    private readonly Option<string?> _output = new("-o")
    {
        HelpName = "FILE",
        Description = "Write the recording to FILE [default: standard output]",
    };

    private readonly Option<int[]> _write = new("--write")
    {
        HelpName = "N,..",
        Description = "Write to these memory blocks: a fixed list of requests to state and online of each, after which each block has its "
            + "first state again [default: only read]",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> _force = new("--force")
    {
        Description = "Write also to blocks that the system may need: block 0, blocks that are not removable or span several zones, "
            + "online blocks of zone DMA or DMA32",
    };

    private readonly Option<uint> _wait = new("--wait")
    {
        HelpName = "SECONDS",
        Description = "Wait before the first write",
        DefaultValueFactory = _ => 5,
    };

    private readonly Option<uint> _limit = new("--limit")
    {
        HelpName = "SECONDS",
        Description = "Interrupt a write after this time",
        DefaultValueFactory = _ => 60,
    };

    private readonly Option<string?> _kernel = new(OptionNames.Kernel)
    {
        HelpName = "VERSION",
        Description = "Simulated kernel to compare with; -mny or -mnn after it means with or without CONFIG_MOVABLE_NODE "
            + "[default: the closest to the machine's]",
    };

    private readonly Option<string> _root = new("--sysroot")
    {
        HelpName = "DIR",
        Description = "Read DIR/sys and DIR/proc instead of /sys and /proc",
        DefaultValueFactory = _ => "",
    };

    private RecordCommand()
    {
        _write.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            var numbers = new SortedSet<int>();
            foreach (var word in text.Split(','))
            {
                if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    numbers.Add(number);
                else
                    result.AddError($"--write \"{text}\" is not a list of block numbers (example: --write 40,41)");
            }
            return [.. numbers];
        };
        _kernel.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>()?.Split('-')[0] is { } name && KernelOption.Problem(name) is { } problem)
                result.AddError(problem);
        });
    }

    /// <summary>Composes the subcommand.</summary>
    public static Command Build() => new RecordCommand().Compose();

    private Command Compose()
    {
        var command = new Command(SubcommandNames.Record, "Record this machine's kernel, to mount the machine and to compare it with replay")
        {
            _output, _write, _force, _wait, _limit, _kernel, _root,
        };
        Examples.AddTo(command, "hotplugfs record -o machine.jsonl", "hotplugfs record -o kernel.jsonl --write 40,41");
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var error = parsed.InvocationConfiguration.Error;
        using var signals = new StopSignals();
        var root = parsed.GetRequiredValue(_root).TrimEnd('/');
        var options = new RecorderOptions
        {
            Root = root,
            Devices = DirectoryDump.OfSys($"{root}/sys"),
            Kernel = parsed.GetValue(_kernel),
            Blocks = parsed.GetRequiredValue(_write),
            Force = parsed.GetValue(_force),
            Limit = TimeSpan.FromSeconds(parsed.GetValue(_limit)),
            Report = error.WriteLine,
            Cancellation = signals.Token,
        };
        try
        {
            var recorder = new MachineRecorder(options);
            if (options.Blocks.Count > 0)
                Announce(TimeSpan.FromSeconds(parsed.GetValue(_wait)), options);
            if (parsed.GetValue(_output) is not { } file)
                return Status(recorder.Record(parsed.InvocationConfiguration.Output));
            using var output = new StreamWriter(file) { AutoFlush = true };
            return Status(recorder.Record(output));
        }
        catch (RecorderException problem)
        {
            throw new CommandException(problem.Message, ExitStatus.UsageError);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"the recording cannot be written: {problem.Message}");
        }
        catch (OperationCanceledException)
        {
            return signals.Status;
        }
    }

    private static int Status(bool isRestored) => isRestored ? ExitStatus.Success : ExitStatus.Failure;

    private static void Announce(TimeSpan wait, RecorderOptions options)
    {
        options.Report("Only state and online of these blocks will be written, and restored in the end.");
        options.Report($"It starts in {wait.TotalSeconds} s. Ctrl-C stops it and restores the blocks.");
        if (options.Cancellation.WaitHandle.WaitOne(wait))
            options.Cancellation.ThrowIfCancellationRequested();
    }
}
