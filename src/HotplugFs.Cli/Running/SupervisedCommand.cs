namespace HotplugFs.Cli.Running;

/// <summary>The command of a run: started once, signaled from another thread, and waited for together with all orphans.</summary>
internal sealed class SupervisedCommand(CommandProcess command)
{
    private readonly Lock _lock = new();
    private int _process;
    private bool _isRunning;

    /// <summary>Executes the user's program and begins to forward signals to it.</summary>
    /// <exception cref="CommandException">The command cannot be executed.</exception>
    public void Start()
    {
        lock (_lock)
        {
            _process = command.Start();
            _isRunning = true;
        }
    }

    /// <summary>Forwards a signal to the command, unless it was sent to the whole process group, and so to the command as well.</summary>
    /// <returns>False if there is no command yet or any more.</returns>
    public bool Signal(int signal)
    {
        lock (_lock)
        {
            if (!_isRunning)
                return false;
            if (!ForwardedSignals.WasSentToGroup(signal))
                _ = Linux.Signal.Kill(_process, signal);
            return true;
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
            {
                lock (_lock)
                    _isRunning = false;
                return status;
            }
            if (process == daemon)
                throw new CommandException($"the daemon {status}; the command was stopped");
        }
    }
}
