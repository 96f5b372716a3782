using HotplugFs.Cli.Signals;

namespace HotplugFs.Cli.Running;

/// <summary>
/// The command of a run: started once through a <see cref="CommandStarter"/>, signaled from another thread, and waited for together with all
/// orphans.
/// </summary>
internal sealed class SupervisedCommand
{
    private readonly Lock _lock = new();
    private readonly RunChannel _channel;
    private int _process;
    private bool _isRunning;
    private RunMessage? _problem;

    /// <summary>Connects this process with the starter, which does not exist yet.</summary>
    public SupervisedCommand() => (_channel, StarterChannel) = RunChannel.Create();

    /// <summary>The starter's end of the channel.</summary>
    public RunChannel StarterChannel { get; }

    /// <summary>Makes the starter execute the user's program, and begins to forward signals to it.</summary>
    /// <param name="kernel">The name of the simulated kernel.</param>
    /// <param name="cpus">The CPUs that the command may run on, as a list; empty for all.</param>
    public void Start(string kernel, string cpus)
    {
        StarterChannel.Dispose();
        _channel.Send(RunMessageKind.Covered, $"{kernel} {cpus}");
        _ = _channel.HasMessage(Poll.Forever);
        lock (_lock)
            ReadStart();
    }

    /// <summary>Forwards a signal to the command, unless it was sent to the whole process group, and so to the command as well.</summary>
    /// <returns>False if there is no command yet or any more.</returns>
    public bool Signal(int signal)
    {
        lock (_lock)
        {
            // The command may have begun before the starter's message was read.
            if (_channel.HasMessage(0))
                ReadStart();
            if (!_isRunning)
                return false;
            return ForwardedSignals.WasSentToGroup(signal) || Linux.Signal.Kill(_process, signal).IsOk;
        }
    }

    /// <summary>Waits until the command has exited. Orphans become children of the init process and are reaped here.</summary>
    /// <param name="starter">The process id of the starter.</param>
    /// <param name="daemon">The process id of the daemon.</param>
    /// <returns>The command's exit status.</returns>
    /// <exception cref="CommandException">The command was not run, or the daemon exited first.</exception>
    public int Wait(int starter, int daemon)
    {
        while (true)
        {
            var (process, status) = Children.WaitForAny();
            if (process == starter)
                return Conclude(status);
            if (process == daemon)
                throw new CommandException($"the daemon {status}; the command was stopped");
        }
    }

    private int Conclude(WaitStatus status)
    {
        lock (_lock)
        {
            _isRunning = false;
            while (_channel.Receive() is { } message)
                Take(message);
        }
        if (_problem is { } problem)
            throw new CommandException(problem.Text, status.ExitStatus);
        if (status.Signal != 0)
            throw new CommandException($"the first process of the command's namespaces {status}, and the command with it");
        return _process != 0
            ? status.ExitStatus
            : throw new CommandException("internal error: the command was not started");
    }

    /// <summary>Reads until the command is running or cannot be started. The starter sends the rest right after the first message.</summary>
    private void ReadStart()
    {
        while (_process == 0 && _problem is null && _channel.Receive() is { } message)
            Take(message);
    }

    private void Take(RunMessage message)
    {
        if (message.Kind == RunMessageKind.Problem)
            _problem ??= message;
        else if (message.Kind == RunMessageKind.Started && _process == 0)
            _isRunning = int.TryParse(message.Text, CultureInfo.InvariantCulture, out _process);
    }
}
