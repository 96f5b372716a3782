using HotplugFs.Cli.Daemon;
using HotplugFs.Fuse;
using HotplugFs.Fuse.Mount;

namespace HotplugFs.Cli.Running;

/// <summary>
/// The init process of the namespaces. It starts the daemon, puts the machine at the real paths, starts the command and waits for it. When
/// this process exits, the kernel kills all others, and nothing of the namespaces remains.
/// </summary>
/// <remarks>
/// Namespaces belong to threads: everything that concerns them runs on the thread of <see cref="Run"/>, which is the process's first.
/// </remarks>
/// <param name="given">What the supervisor passed on.</param>
internal sealed class NamespaceInit(RunRequest request, InitArguments given)
{
    private readonly InitReport _report = new(new RunChannel(given.Channel));
    private readonly PrivateMounts _mounts = new(given.Directory);
    private readonly SupervisedCommand _command = new(new CommandProcess(request.Command, given.Errors, given.Directory));

    /// <summary>Runs the command.</summary>
    /// <returns>The exit status of the namespaces.</returns>
    public int Run()
    {
        _report.Started();
        _report.Listen(Signal, RemoveDirectory);
        try
        {
            return RunCommand();
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
            _report.Problem($"internal error: {problem}");
            return RunStatus.Failed;
        }
    }

    private int RunCommand()
    {
        var directory = new StartingDirectory();
        // Refused in a container's user namespace. The outer /proc then shows the processes under other ids.
        _ = SysMount.Mount("proc", "/proc", "proc", SysMount.MS_NOSUID | SysMount.MS_NODEV | SysMount.MS_NOEXEC, null);
        PrivateNetwork.Enter(given.OutsideNetwork);
        using var log = request.LogFile is null ? null : new RunLog(request.LogFile, given.Errors);
        var daemon = StartDaemon();
        _mounts.Enter();
        directory.EnterAgain();
        _mounts.Watch(EndIfUncovered);
        var udev = request.UdevRules is null ? null : UdevDaemon.Start(request.UdevRules, given.Directory);
        DropModuleCapability();
        _command.Start();
        var status = _command.Wait(daemon);
        // The command may have exited before the watching thread noticed.
        _mounts.RequireCovered();
        udev?.Settle();
        log?.CopyFrom(given.Directory);
        return status.ExitStatus;
    }

    private int StartDaemon() => Launcher.Start(new MountRequest
    {
        Directory = given.Directory,
        Machine = request.Machine,
        Options = new MountOptions { AllowOther = true },
        UeventsOutside = given.OutsideNetwork,
    }).Process;

    /// <summary>
    /// Root keeps its other capabilities in the command, but a script that loads a kernel module, as the kernel's own test of memory
    /// hotplug does, would load it into the host's kernel.
    /// </summary>
    private static void DropModuleCapability()
    {
        var dropped = SysPrctl.DropCapability(SysPrctl.CAP_SYS_MODULE);
        if (!dropped.IsOk)
            throw new CommandException($"cannot drop CAP_SYS_MODULE: {dropped.Error.Text()}");
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
        _report.Problem(problem.Message);
        return problem is CommandException { Status: { } status } ? status : RunStatus.Failed;
    }

    /// <summary>
    /// Removes the mount point after the supervisor was killed. A directory can be removed if nothing is mounted on it in this namespace;
    /// mounts in other namespaces do not matter.
    /// </summary>
    private void RemoveDirectory()
    {
        if (MountEntry.At(given.Directory) is not null)
            FuseMount.Unmount(given.Directory, lazy: true);
        Directory.Delete(given.Directory);
    }
}
