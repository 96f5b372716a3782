using System.Globalization;
using HotplugFs.Abi;
using HotplugFs.Cli.Daemon;
using HotplugFs.Cli.Requests;
using HotplugFs.Fuse;
using HotplugFs.Fuse.Mount;
using HotplugFs.Linux;
using static HotplugFs.Linux.SysMount;

namespace HotplugFs.Cli.Running;

/// <summary>
/// The first process of the namespaces. It starts the daemon, puts its machine in the real one's place, starts the command and waits for
/// it; when this process ends, the kernel ends all others and nothing of the namespaces is left.
/// </summary>
/// <remarks>
/// Namespaces belong to threads: everything that has to do with them is done on the thread of <see cref="Run"/>, which is the process's first.
/// </remarks>
/// <param name="request">What to run.</param>
/// <param name="given">What the process outside handed over.</param>
internal sealed class NamespaceInit(RunRequest request, InitArguments given)
{
    private readonly Lock _lock = new();
    private readonly RunChannel _channel = new(given.Channel);
    private readonly MachinePlaces _places = new(given.Directory);
    private int _command;
    private int _daemon;
    private int _signalBeforeCommand;
    private bool _hasComplained;

    /// <summary>Runs the command.</summary>
    /// <returns>The exit status of the namespaces.</returns>
    public int Run()
    {
        _channel.Send(RunMessageKind.Started);
        StartThread("hotplugfs-channel", Listen);
        try
        {
            return RunCommand();
        }
        catch (Exception problem) when (problem is RunException or CommandException or FuseException)
        {
            Complain(problem.Message);
            return problem is RunException run ? run.Status : RunStatus.Failed;
        }
        catch (Exception problem)
        {
            // The kernel lets no first process die of a mistake in a way that its parent could tell from others.
            Complain($"a mistake in the program: {problem}");
            return RunStatus.Failed;
        }
    }

    private int RunCommand()
    {
        var directory = new StartingDirectory();
        // In a user namespace of a container this is refused; processes are found in the one that is there, by other numbers.
        _ = Mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, null);
        PrivateNetwork.Enter(given.OutsideNetwork);
        using var log = OpenLog();
        _daemon = StartDaemon();
        _places.Cover();
        directory.EnterAgain();
        WatchMounts();
        var udev = request.UdevRules is null ? null : UdevDaemon.Start(request.UdevRules, given.Directory);
        KernelModules.Forbid();
        StartCommand();
        var status = WaitForCommand();
        // It may have ended before the thread that watches was told.
        CheckPlaces();
        udev?.Settle();
        log?.CopyFrom(given.Directory);
        return status.ExitStatus;
    }

    private RunLog? OpenLog() => request.LogFile is null ? null : new RunLog(request.LogFile);

    private int StartDaemon() => Launcher.Start(new MountRequest
    {
        Directory = given.Directory,
        Machine = request.Machine,
        Options = new MountOptions { AllowOther = true },
        UeventsOutside = given.OutsideNetwork,
    }).Process;

    private void StartCommand()
    {
        lock (_lock)
        {
            if (_signalBeforeCommand != 0)
                throw new RunException("interrupted before the command was started", WaitStatus.SignalBase + _signalBeforeCommand);
            _command = new CommandProcess(request.Command, given.Errors, given.Directory).Start();
        }
    }

    /// <summary>Whose parent has ended becomes a child of the first process, and is waited for here.</summary>
    private WaitStatus WaitForCommand()
    {
        while (true)
        {
            if (SysWait.WaitPid(SysWait.AnyChild) is not { IsOk: true, Value: var (process, status) })
                continue;
            if (process == _command)
                return status;
            if (process == _daemon)
                throw new RunException($"the daemon that serves the machine {status}; the command is ended with it");
        }
    }

    private static void StartThread(string name, Action run) => new Thread(() => run()) { IsBackground = true, Name = name }.Start();

    /// <summary>Hands on signals. When the process outside has gone, nobody waits for the command any more.</summary>
    private void Listen()
    {
        while (_channel.Receive() is { } message)
        {
            if (message.Kind == RunMessageKind.Signal)
                HandOn(int.Parse(message.Text, CultureInfo.InvariantCulture));
        }
        RemoveDirectory();
        Environment.Exit(RunStatus.Failed);
    }

    /// <summary>A directory can be removed where nothing is mounted on it, whatever is in other namespaces; this thread's has no other mount.</summary>
    private void RemoveDirectory()
    {
        if (MountEntry.At(given.Directory) is not null)
            FuseMount.Unmount(given.Directory, lazy: true);
        Directory.Delete(given.Directory);
    }

    private void HandOn(int signal)
    {
        if (ForwardedSignals.CameToGroup(signal))
            return;
        lock (_lock)
        {
            if (_command != 0)
                _ = Signal.Kill(_command, signal);
            else
                _signalBeforeCommand = signal;
        }
    }

    /// <summary>The kernel tells when anything is mounted or unmounted in the command's namespace.</summary>
    private void WatchMounts()
    {
        var table = Fcntl.Open("/proc/thread-self/mountinfo", Fcntl.O_RDONLY | Fcntl.O_CLOEXEC);
        if (!table.IsOk)
            throw new RunException("/proc/thread-self/mountinfo cannot be read; is /proc mounted?");
        StartThread("hotplugfs-mounts", () =>
        {
            while (true)
            {
                var entry = new PollFd { Descriptor = table.Value, Events = Poll.POLLPRI };
                if (Poll.Wait(ref entry, Poll.Forever).IsOk)
                    EndIfUncovered();
            }
        });
    }

    private void EndIfUncovered()
    {
        try
        {
            CheckPlaces();
        }
        catch (RunException problem)
        {
            Complain(problem.Message);
            Environment.Exit(problem.Status);
        }
    }

    /// <summary>Two threads may notice the same; the user is told once.</summary>
    private void Complain(string line)
    {
        if (Interlocked.Exchange(ref _hasComplained, true))
            return;
        _channel.Send(RunMessageKind.Problem, line);
    }

    private void CheckPlaces()
    {
        if (_places.FindUncovered() is { } uncovered)
        {
            throw new RunException($"{uncovered} is no longer the simulated machine's, for the command has unmounted it; "
                + "it is ended before it touches the host's");
        }
    }

}
