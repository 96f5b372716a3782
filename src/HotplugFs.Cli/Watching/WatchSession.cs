using HotplugFs.Cli.Journals;
using HotplugFs.Cli.Maps;
using HotplugFs.Cli.Terminals;
using HotplugFs.Engine.Memory;
using HotplugFs.Sysfs.Control;

namespace HotplugFs.Cli.Watching;

/// <summary>
/// Shows the map of a machine while it changes. It sleeps in poll(2) until the journal grows, a key is pressed or a signal arrives; only
/// while a block goes offline it also looks again by itself, because pages leave it without an entry.
/// </summary>
/// <param name="given">The mount point; null for the one in the environment.</param>
/// <param name="output">Standard output, whose colors and size decide.</param>
internal sealed class WatchSession(string? given, TextWriter output)
{
    private const int WhileGoingOfflineMs = 500;
    private const int BetweenChangesMs = 50;
    private const byte CtrlC = 3;
    private const string Step = "1s";

    private readonly WatchView _view = new();
    private readonly byte[] _keys = new byte[64];

    /// <summary>The signals that the session handles; all threads must block them.</summary>
    public static SignalSet Signals { get; } = SignalSet.Of(Signal.SIGHUP, Signal.SIGINT, Signal.SIGTERM, Signal.SIGWINCH);

    /// <summary>Watches until the user or a signal ends it.</summary>
    /// <returns>The exit status: 0, or 128 and the number of the signal.</returns>
    /// <exception cref="CommandException">There is no terminal, or no machine, or it was unmounted.</exception>
    public int Run()
    {
        using var journal = new JournalReader(given);
        var files = new MountedFiles(journal.Directory);
        _view.Add(journal.ReadNew());
        _ = MapReader.Read(journal.Directory, files);
        if (!KeyTerminal.TryOpen(out var terminal))
            throw new CommandException("watch needs a terminal; hotplugfs map draws into pipes and files");
        using (terminal)
            return Watch(journal, files, new WatchSignals(Signals, terminal.Dispose));
    }

    private int Watch(JournalReader journal, MountedFiles files, WatchSignals signals)
    {
        var map = MapReader.Read(journal.Directory, files);
        while (true)
        {
            KeyTerminal.Draw(_view.Draw(map, Screen.Of(output)));
            var isMoving = map.Nodes.Any(node => node.Runs.Any(run => run.State == MemoryBlockState.GoingOffline));
            PollFd[] events =
            [
                new() { Descriptor = signals.Descriptor, Events = Poll.POLLIN },
                new() { Descriptor = Unistd.STDIN_FILENO, Events = Poll.POLLIN },
                new() { Descriptor = _view.IsPaused ? -1 : journal.Descriptor, Events = Poll.POLLIN },
            ];
            _ = Poll.Wait(events, isMoving && !_view.IsPaused ? WhileGoingOfflineMs : Poll.Forever);
            if (events[0].ReturnedEvents != 0 && SignalOf(signals) is not Signal.SIGWINCH and var signal)
                return WaitStatus.SignalBase + signal;
            if (events[1].ReturnedEvents != 0 && !HandleKeys(journal.Directory))
                return ExitStatus.Success;
            if (_view.IsPaused)
                continue;
            // What follows at once is drawn with it.
            if (events[2].ReturnedEvents != 0)
                _ = Poll.Wait(events.AsSpan(0, 2), BetweenChangesMs);
            _view.Add(ReadNew(journal));
            map = MapReader.Read(journal.Directory, files);
        }
    }

    private static List<JournalEntry> ReadNew(JournalReader journal)
    {
        try
        {
            return journal.ReadNew();
        }
        catch (IOException)
        {
            throw new CommandException($"{journal.Directory}: the machine is gone");
        }
    }

    private int SignalOf(WatchSignals signals) => Unistd.Read(signals.Descriptor, _keys.AsSpan(0, 1)).IsOk ? _keys[0] : Signal.SIGTERM;

    /// <summary>Reads keys and does what they mean.</summary>
    /// <returns>False if the session ends, also because the terminal is gone.</returns>
    private bool HandleKeys(string directory)
    {
        _view.Message = "";
        var count = Unistd.Read(Unistd.STDIN_FILENO, _keys).TryGet(out var read, out var error) ? read : error == Errno.EAGAIN ? -1 : 0;
        foreach (var key in _keys.AsSpan(0, Math.Max(0, count)))
        {
            switch ((char)key)
            {
                case 'q' or (char)CtrlC:
                    return false;
                case ' ':
                    _view.IsPaused = !_view.IsPaused;
                    break;
                case >= '0' and <= '9' and var digit:
                    _view.Node = _view.Node == digit - '0' ? null : digit - '0';
                    break;
                case 'a':
                    _view.Node = null;
                    break;
                case 's':
                    StepClock(directory);
                    break;
                default:
                    break;
            }
        }
        return count != 0;
    }

    private void StepClock(string directory)
    {
        var clock = Path.Combine(directory, "hotplugfs", "clock");
        var opened = Fcntl.Open(clock, Fcntl.O_WRONLY | Fcntl.O_CLOEXEC);
        var written = opened.IsOk ? Unistd.Write(opened.Value, Encoding.UTF8.GetBytes(Step)) : opened.Error;
        if (opened.IsOk)
            _ = Unistd.Close(opened.Value);
        _view.Message = written.IsOk ? $"the clock was advanced by {Step}" : written.Error == Errno.EOPNOTSUPP
            ? "the clock is the system's; mount with --clock manual to step it"
            : $"the clock cannot be stepped: {written.Error.Text()}";
    }
}
