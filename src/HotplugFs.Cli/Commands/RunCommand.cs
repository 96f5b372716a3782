using System.CommandLine;
using HotplugFs.Cli.Running;

namespace HotplugFs.Cli.Commands;

/// <summary><c>hotplugfs run -- COMMAND</c>: runs a command that sees the simulated machine at the real paths.</summary>
internal sealed class RunCommand
{
    private const string HostNetwork = "host";

    private readonly string[] _args;
    private readonly MachineOptions _machine = new();
    private readonly StateOptions _state = new();
    private readonly Option<string?> _init = new(OptionNames.Init) { Hidden = true };

    private readonly Argument<string[]> _command = new("COMMAND")
    {
        Description = "Command and its arguments, after -- [default: the user's shell, $SHELL]",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _udevRules = new("--udev")
    {
        HelpName = "RULES",
        Description = "Run systemd-udevd beside the command, with this rules file or all *.rules of this directory, and no other rules",
    };

    private readonly Option<string?> _log = new("--log")
    {
        HelpName = "FILE",
        Description = "Write the machine's log, with the reason for every refusal, to this file (- for standard error) when the command exits",
    };

    private readonly Option<string?> _journal = new("--journal")
    {
        HelpName = "FILE",
        Description = "Write the machine's journal, one JSON object for each write and uevent, to this file when the command exits",
    };

    private readonly Option<bool> _privileged = new(OptionNames.Privileged)
    {
        Description = "Leave the command in the user's own user namespace, with all devices: it can then mount file systems and load from "
            + "devices, but also unmount the machine and reach the host's files",
    };

    private readonly Option<bool> _asMe = new(OptionNames.AsMe)
    {
        Description = "Run the command as an ordinary user, whom the machine's files refuse with EACCES: you, or as root the user of sudo or "
            + "the user nobody",
    };

    private readonly Option<string?> _network = new(OptionNames.Network)
    {
        HelpName = "NETWORK",
        Description = $"{HostNetwork}: leave the command in the host's network, where it receives the host's uevents and none of the machine",
    };

    private readonly Option<string?> _cpu = new(OptionNames.Cpu)
    {
        HelpName = "CPUS",
        Description = $"{RunRequest.HostCpus}: leave the host's CPUs visible; {RunRequest.MachineCpus}: show the machine's, also if the host has "
            + "none of them [default: the machine's, on which the command then runs, as far as the host has them]",
    };

    private readonly Option<string?> _virt = new(OptionNames.Virt)
    {
        HelpName = "GUEST",
        Description = $"Let systemd-detect-virt print this: {GuestWords.None} for bare metal, kvm, microsoft, ..",
    };

    private RunCommand(string[] args) => _args = args;

    /// <summary>Composes the subcommand.</summary>
    /// <param name="args">The whole command line, which is passed on to the init process of the namespaces.</param>
    public static Command Build(string[] args) => new RunCommand(args).Compose();

    private Command Compose()
    {
        var command = new Command(SubcommandNames.Run,
            "Run a command or a shell that sees a simulated machine in /sys/devices/system/memory; nothing remains afterwards");
        _machine.AddTo(command);
        _state.AddTo(command);
        command.Add(_udevRules);
        command.Add(_log);
        command.Add(_journal);
        command.Add(_privileged);
        command.Add(_asMe);
        command.Add(_network);
        command.Add(_cpu);
        command.Add(_virt);
        command.Add(_init);
        command.Add(_command);
        Examples.AddTo(command,
            "hotplugfs run -- lsmem -a",
            "hotplugfs run --kernel 6.12 -- ./my-test.sh",
            "hotplugfs run --udev ./90-memory.rules -- bash -c 'hotplugfs plug --node 1 --size 1G; udevadm settle; lsmem'",
            $"exit status: the command's own; {RunStatus.Failed} if hotplugfs itself failed, {RunStatus.NotExecutable} if the command is "
            + $"not executable, {RunStatus.NotFound} if it was not found");
        _command.Validators.Add(result =>
        {
            // The parser takes an unknown option for the beginning of the command.
            if (result.Tokens is [{ Value: ['-', ..] word }, ..] && _args.TakeWhile(other => other != "--").Contains(word))
                result.AddError($"{UnknownWords.Option(word, command)} (options of run stand before --, the command after it)");
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(_privileged) && result.GetValue(_asMe))
                result.AddError($"{OptionNames.AsMe} takes rights away that {OptionNames.Privileged} gives; choose one");
            if (result.GetValue(_cpu) is { } cpu and not (RunRequest.HostCpus or RunRequest.MachineCpus))
                result.AddError($"unknown CPUs \"{cpu}\" (known: {RunRequest.HostCpus}, {RunRequest.MachineCpus})");
            if (result.GetValue(_virt) is { } guest && !GuestWords.All.Contains(guest))
                result.AddError($"unknown virtualization \"{guest}\" (known: {string.Join(", ", GuestWords.All)})");
            if (result.GetValue(_network) is not { } network)
                return;
            if (network != HostNetwork)
                result.AddError($"unknown network \"{network}\" (known: {HostNetwork}; without the option it is private)");
            else if (result.GetValue(_udevRules) is not null)
                result.AddError($"--udev needs the uevents of the machine, which {OptionNames.Network} {HostNetwork} does not have");
        });
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var error = parsed.InvocationConfiguration.Error;
        if (parsed.GetValue(_init) is { } given)
        {
            return new NamespaceInit(new RunRequest
            {
                Command = parsed.GetValue(_command) ?? [],
                Machine = _machine.Read(parsed),
                State = _state.Read(parsed),
                UdevRules = parsed.GetValue(_udevRules),
                LogFile = parsed.GetValue(_log),
                JournalFile = parsed.GetValue(_journal),
                IsOrdinaryUser = parsed.GetValue(_asMe),
                HasHostNetwork = parsed.GetValue(_network) is not null,
                ShowsMachineCpus = parsed.GetValue(_cpu) is { } cpu ? cpu == RunRequest.MachineCpus : null,
                IsPrivileged = parsed.GetValue(_privileged),
                Virtualization = parsed.GetValue(_virt),
            }, InitArguments.Parse(given)).Run();
        }
        try
        {
            return new RunSupervisor(_args, error).Run();
        }
        catch (CommandException problem) when (problem.Status is null)
        {
            throw new CommandException(problem.Message, RunStatus.Failed);
        }
        catch (Exception problem) when (SystemFailure.Is(problem))
        {
            throw new CommandException(SystemFailure.Describe(problem), RunStatus.Failed);
        }
    }
}
