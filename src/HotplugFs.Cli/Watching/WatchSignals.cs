using HotplugFs.Cli.Signals;

namespace HotplugFs.Cli.Watching;

/// <summary>Turns signals into bytes of a pipe, which poll(2) can wait for together with files.</summary>
internal sealed class WatchSignals
{
    private readonly int _writing;
    private int _ending;

    /// <param name="restore">Is called before the process ends by a second signal, because something does not answer.</param>
    /// <exception cref="CommandException">There are no descriptors left.</exception>
    public WatchSignals(SignalSet signals, Action restore)
    {
        (Descriptor, _writing) = Unistd.Pipe2(Fcntl.O_CLOEXEC).TryGet(out var ends, out var error)
            ? ends
            : throw new CommandException($"pipe: {error.Text()}");
        SignalThread.Start(signals, signal =>
        {
            if (signal != Signal.SIGWINCH && Interlocked.Exchange(ref _ending, signal) != 0)
            {
                restore();
                Environment.Exit(WaitStatus.SignalBase + signal);
            }
            _ = Unistd.Write(_writing, [(byte)signal]);
        });
    }

    /// <summary>The end of the pipe to read.</summary>
    public int Descriptor { get; }
}
