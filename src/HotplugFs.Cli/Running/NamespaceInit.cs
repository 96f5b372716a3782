using HotplugFs.Cli.Daemon;
using HotplugFs.Cli.Places;
using HotplugFs.Cli.Signals;
using HotplugFs.Fuse;

namespace HotplugFs.Cli.Running;

/// <summary>
/// The init process of the namespaces. It starts the daemon, puts the machine at the real paths, starts the command in a user namespace of
/// its own and waits for it. When this process exits, the kernel kills all others, and nothing of the namespaces remains.
/// </summary>
/// <remarks>
/// Namespaces belong to threads: what concerns the command's runs on the thread of <see cref="Run"/>, which is the process's first.
/// </remarks>
/// <param name="given">What the supervisor passed on.</param>
internal sealed class NamespaceInit(RunRequest request, InitArguments given)
{
    private readonly InitReport _report = new(new RunChannel(given.Channel));
    private readonly PrivateMounts _mounts = new(given.Directory);
    private readonly SupervisedCommand _command = new();

    /// <summary>Runs the command.</summary>
    /// <returns>The exit status of the namespaces.</returns>
    public int Run()
    {
        _report.Started();
        _report.Listen(Signal, RemoveDirectory);
        try
        {
            var status = RunCommand();
            _report.Ended(status);
            return status;
        }
        catch (Exception problem) when (problem is CommandException or FuseException)
        {
            return Fail(problem);
        }
        catch (Exception problem) when (SystemFailure.Is(problem))
        {
            return Fail(new CommandException(SystemFailure.Describe(problem)));
        }
        catch (Exception problem)
        {
            // The kernel protects an init process from the signal by which the runtime would end it.
            return Fail(new CommandException($"internal error: {problem}"));
        }
    }

    private int RunCommand()
    {
        // Refused in a container's user namespace. The outer /proc then shows the processes under other ids.
        _ = SysMount.Mount("proc", "/proc", "proc", SysMount.MS_NOSUID | SysMount.MS_NODEV | SysMount.MS_NOEXEC, null);
        using var log = request.LogFile is null ? null : new RunLog("log", request.LogFile, given.Errors);
        using var journal = request.JournalFile is null ? null : new RunLog("journal", request.JournalFile, given.Errors);
        _mounts.Share();
        (int Process, string Greeting) daemon;
        int starter;
        string kernel;
        string? cpus;
        if (request.IsPrivileged)
        {
            if (!request.HasHostNetwork)
                EnterNetwork();
            daemon = StartDaemon();
            (kernel, cpus) = (ReadKernel(), CpusOfCommand());
            Cover(cpus is not null);
            _mounts.Watch(EndIfUncovered);
            starter = StartPrivileged();
        }
        else
        {
            starter = StartIsolated();
            daemon = StartDaemon();
            (kernel, cpus) = (ReadKernel(), CpusOfCommand());
            Cover(cpus is not null);
            _mounts.HideHost(given.Errors);
        }
        if (DaemonReport.FindNote(daemon.Greeting) is { } note)
            _report.Note(note);
        if (request.Command.Count == 0)
            UserShell.Greet(daemon.Greeting);
        _command.Start(kernel, cpus ?? "");
        var status = _command.Wait(starter, daemon.Process);
        // The command may have exited before the watching thread noticed.
        if (request.IsPrivileged)
            _mounts.RequireCovered();
        if (request.Machine.Scenario is { } scenario)
            ReportScenario(scenario);
        log?.CopyFrom(given.Directory);
        journal?.CopyFrom(given.Directory);
        return status;
    }

    private void Cover(bool cpus)
    {
        _mounts.Cover(cpus);
        if (request.Virtualization is { } word)
            VirtualizationAnswer.Mount(word);
    }

    /// <summary>Reports the steps of the scenario that did not happen as it describes them.</summary>
    private void ReportScenario(string file)
    {
        foreach (var step in File.ReadLines(Path.Combine(given.Directory, "hotplugfs/scenario")))
        {
            if (step.Split(' ', 3) is not [var state and not "done", var line, var text])
                continue;
            var what = state switch { "left" => "never happened", "waiting" => "was still waiting", _ => "failed" };
            _report.Note($"{file}:{line}: {what}: {text}");
        }
    }

    /// <summary>
    /// Returns the CPUs that the command may run on, as far as the host has them: those that the machine has online. A program may take the
    /// number of the CPU that it runs on for one of those that the files show.
    /// </summary>
    /// <returns>A list; empty to leave the command on all CPUs; null if it sees the host's.</returns>
    private string? CpusOfCommand()
    {
        if (request.ShowsMachineCpus == false)
            return null;
        var common = HostCpus.In(given.Directory);
        if (common is null && request.ShowsMachineCpus is null)
        {
            _report.Note($"the host has none of the machine's CPUs, so the command sees the host's; {OptionNames.Cpu} {RunRequest.MachineCpus} shows "
                + "the machine's");
            return null;
        }
        return common ?? "";
    }

    /// <summary>Reads it before the mounts that may hide the mount point, such as that of /dev.</summary>
    private string ReadKernel() => File.ReadAllText(Path.Combine(given.Directory, "hotplugfs/kernel")).TrimEnd();

    private StarterArguments Starter()
    {
        // unshare(1) and the shell have other standard streams.
        int[] streams = [Duplicate(Unistd.STDIN_FILENO), Duplicate(Unistd.STDOUT_FILENO), given.Errors];
        return new StarterArguments(
            _command.StarterChannel.Descriptor, streams, !request.IsPrivileged,
            request.IsOrdinaryUser ? OrdinaryUser.Program : "", given.Directory,
            request.UdevRules ?? "", UserShell.Or(request.Command));
    }

    /// <summary>Starts the starter in the command's namespaces, and moves this thread to the network namespace.</summary>
    private int StartIsolated()
    {
        var starter = Starter();
        using var namespaces = CommandNamespaces.TryCreate(starter.Program, starter.Given, !request.HasHostNetwork, out var reason)
            ?? throw new CommandException("cannot create the user namespace that keeps the command from the host's files: "
                + $"{reason}; {OptionNames.Privileged} runs the command without it");
        if (!request.HasHostNetwork)
            PrivateNetwork.Enter(given.OutsideNetwork, namespaces);
        namespaces.Execute();
        return namespaces.Process;
    }

    private int StartPrivileged()
    {
        var starter = Starter();
        var started = Spawn.Start(new SpawnRequest
        {
            Program = starter.Program[0],
            Arguments = starter.Program,
            Given = [.. starter.Given.Select(descriptor => (descriptor, descriptor))],
            Blocked = ForwardedSignals.All,
        });
        return started.IsOk ? started.Value : throw new CommandException($"{starter.Program[0]}: {started.Error.Text()}");
    }

    /// <summary>Moves this thread to a network namespace, which may belong to this user namespace if the kernel refuses another.</summary>
    private void EnterNetwork()
    {
        using var namespaces = CommandNamespaces.TryCreate(["true"], [], withNetwork: true, out _);
        PrivateNetwork.Enter(given.OutsideNetwork, namespaces);
    }

    /// <summary>
    /// The daemon has a copy of the mount namespace, in which nothing covers the host's files: the runtime reads /proc/meminfo, and a process
    /// must not wait for what it serves.
    /// </summary>
    private (int Process, string Greeting) StartDaemon() => OwnThread.Run(() =>
    {
        if (Sched.Unshare(Sched.CLONE_NEWNS).Failed(out var error))
            throw new CommandException($"cannot create a mount namespace: {error.Text()}");
        return Launcher.Start(new MountRequest
        {
            Directory = given.Directory,
            Machine = request.Machine,
            State = request.State,
            Options = new MountOptions { AllowOther = true },
            UeventsOutside = request.HasHostNetwork ? null : given.OutsideNetwork,
            Owner = request.IsOrdinaryUser ? OrdinaryUser.OwnerOfFiles : null,
        });
    });

    private static int Duplicate(int descriptor)
    {
        var copy = Fcntl.DupCloseOnExec(descriptor, Unistd.STDERR_FILENO + 1);
        return copy.IsOk ? copy.Value : throw new CommandException($"cannot duplicate a standard stream: {copy.Error.Text()}");
    }

    private void EndIfUncovered()
    {
        try
        {
            _mounts.RequireCovered();
        }
        catch (CommandException problem)
        {
            Environment.Exit(Fail(problem));
        }
    }

    /// <summary>
    /// Forwards a signal. Without a command it ends the run, which may wait for something else: opening or writing the file of the log waits
    /// for the reader of a FIFO.
    /// </summary>
    private void Signal(int signal)
    {
        if (!_command.Signal(signal))
            Environment.Exit(Fail(new CommandException("interrupted", WaitStatus.SignalBase + signal)));
    }

    private int Fail(Exception problem)
    {
        var status = (problem as CommandException)?.Status ?? RunStatus.Failed;
        _report.Problem(problem.Message);
        _report.Ended(status);
        return status;
    }

    /// <summary>
    /// Removes the mount point after the supervisor was killed. A directory can be removed if nothing is mounted on it in this namespace;
    /// mounts in other namespaces do not matter.
    /// </summary>
    private void RemoveDirectory()
    {
        while (SysMount.Umount2(given.Directory, SysMount.MNT_DETACH | SysMount.UMOUNT_NOFOLLOW).IsOk)
        {
        }
        Directory.Delete(given.Directory);
    }
}
