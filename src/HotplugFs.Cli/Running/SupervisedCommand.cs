namespace HotplugFs.Cli.Running;

/// <summary>The command of a run: started once, signaled from another thread, and waited for together with all orphans.</summary>
internal sealed class SupervisedCommand(CommandProcess command)
{
    private readonly Lock _lock = new();
    private int _process;
    private int _earlySignal;

    /// <summary>Executes the user's program and begins to forward signals to it.</summary>
    /// <exception cref="CommandException">The command cannot be executed, or a signal arrived before.</exception>
    public void Start()
    {
        lock (_lock)
        {
            if (_earlySignal != 0)
                throw new CommandException("interrupted before the command was started", WaitStatus.SignalBase + _earlySignal);
            _process = command.Start();
        }
    }

    /// <summary>Forwards a signal to the command, unless it was sent to the whole process group, and so to the command as well.</summary>
    public void Signal(int signal)
    {
        if (ForwardedSignals.WasSentToGroup(signal))
            return;
        lock (_lock)
        {
            if (_process != 0)
                _ = Linux.Signal.Kill(_process, signal);
            else
                _earlySignal = signal;
        }
    }

    /// <summary>Waits until the command has exited. Orphans become children of the init process and are reaped here.</summary>
    /// <exception cref="CommandException">The daemon exited first.</exception>
    public WaitStatus Wait(int daemon)
    {
        while (true)
        {
            var (process, status) = Children.WaitForAny();
            if (process == _process)
                return status;
            if (process == daemon)
                throw new CommandException($"the daemon {status}; the command was stopped");
        }
    }
}
