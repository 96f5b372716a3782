using HotplugFs.Cli.Places;
using HotplugFs.Cli.Running;
using HotplugFs.Cli.Signals;

namespace HotplugFs.Cli.Containers;

/// <summary>
/// The first process of a container: mounts a machine, puts it at the real paths, and runs a command, a shell, or nothing until the
/// container is stopped. It reaps orphans and forwards signals, as an init process must.
/// </summary>
internal sealed class ContainerInit(ContainerRequest request, TextWriter output, TextWriter error)
{
    private readonly bool _isOnTerminal = !Console.IsInputRedirected;
    private readonly Lock _lock = new();
    private ContainerMount? _waitingFor;
    private int _command;
    private bool _isStopping;

    /// <summary>Runs until the command exits or the container is stopped.</summary>
    /// <returns>The container's exit status.</returns>
    /// <exception cref="CommandException">The machine cannot be mounted, or the command cannot be executed.</exception>
    public int Run()
    {
        SignalThread.Start(ForwardedSignals.All, Handle);
        ContainerCheck.Require(request.Arguments);
        using var mount = ContainerMount.Create(request);
        if (mount.Cover() is { Count: > 0 } absent)
            Report($"not in this kernel's /sys, so only below {mount.Directory}: {string.Join(' ', absent)}");
        if (request.Command.Count > 0)
            return RunCommand(mount, request.Command);
        if (_isOnTerminal)
        {
            output.Write(Greeting(mount));
            return RunShell(mount);
        }
        return IsPiped() ? RunShell(mount) : WaitUntilStopped(mount);
    }

    private static string Greeting(ContainerMount mount) =>
        $"""
        {mount.Description}: the memory of this container is simulated; nothing here touches the host's.
          lsmem -a -o +ZONES                      shows the memory
          echo online_movable > memory43/state    succeeds
          echo online_movable > memory40/state    is refused; for the reason: tail -n 1 {mount.Directory}/hotplugfs/log
          demo                                    shows more

        """;

    private static bool IsPiped() =>
        File.ResolveLinkTarget("/proc/self/fd/0", returnFinalTarget: false)?.Name.StartsWith("pipe:", StringComparison.Ordinal) == true;

    private int RunShell(ContainerMount mount)
    {
        const string memory = MachinePlaces.Memory;
        Directory.SetCurrentDirectory(Directory.Exists(memory) ? memory : mount.Directory + memory);
        return RunCommand(mount, ["bash"]);
    }

    private int RunCommand(ContainerMount mount, IReadOnlyList<string> command)
    {
        lock (_lock)
        {
            if (_isStopping)
                return ExitStatus.Success;
            _command = new CommandProcess(command, [], mount.Directory, mount.Kernel).Start();
        }
        // This process must not keep a mount busy.
        Directory.SetCurrentDirectory("/");
        var status = Wait(mount, _command).ExitStatus;
        // Stopping the container is not a failure, unless the command itself makes it one.
        var isKilledByStop = _isStopping && status is WaitStatus.SignalBase + Signal.SIGTERM or WaitStatus.SignalBase + Signal.SIGHUP;
        return isKilledByStop ? ExitStatus.Success : status;
    }

    private int WaitUntilStopped(ContainerMount mount)
    {
        lock (_lock)
        {
            if (_isStopping)
                return ExitStatus.Success;
            _waitingFor = mount;
        }
        var host = Environment.GetEnvironmentVariable("HOSTNAME") ?? "CONTAINER";
        output.WriteLine($"{mount.Description}, is up; look at it with: docker exec -it {host} bash");
        _ = Wait(mount, mount.Daemon);
        return _isStopping ? ExitStatus.Success : ExitStatus.Failure;
    }

    /// <summary>
    /// Reaps children, orphans among them, until the process has exited. Reports the daemon's exit, unless it was asked to.
    /// </summary>
    private WaitStatus Wait(ContainerMount mount, int process)
    {
        while (true)
        {
            var (ended, status) = Children.WaitForAny();
            if (ended == mount.Daemon && !mount.IsReleased)
                Report($"the daemon {status}; the machine is no longer available");
            if (ended == process)
                return status;
        }
    }

    private void Handle(int signal)
    {
        lock (_lock)
        {
            if (_command != 0)
            {
                Forward(signal);
            }
            else if (signal is Signal.SIGTERM or Signal.SIGINT or Signal.SIGHUP)
            {
                // While the machine is being mounted, Run finds the flag when it is done.
                _isStopping = true;
                if (_waitingFor is { } mount)
                {
                    mount.Release();
                    // The daemon may have to serve a process that still uses the mount. When this process exits, the kernel kills both.
                    Environment.Exit(ExitStatus.Success);
                }
            }
        }
    }

    private void Forward(int signal)
    {
        // Ctrl-C and Ctrl-\ reach the command from the terminal.
        if (_isOnTerminal && signal is Signal.SIGINT or Signal.SIGQUIT)
            return;
        _isStopping |= signal == Signal.SIGTERM;
        _ = Signal.Kill(_command, signal);
        // An interactive shell ignores SIGTERM; it exits when its terminal is hung up.
        if (_isOnTerminal && signal == Signal.SIGTERM)
            _ = Signal.Kill(_command, Signal.SIGHUP);
    }

    private void Report(string line) => error.WriteLine($"{ProgramIdentity.HotplugFs.Name}: {line}");
}
