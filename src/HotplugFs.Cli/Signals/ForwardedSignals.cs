using static HotplugFs.Linux.Signal;

namespace HotplugFs.Cli.Signals;

/// <summary>The signals that a process forwards to the command that it runs.</summary>
internal static class ForwardedSignals
{
    /// <summary>The signals that end or control a program and can be caught.</summary>
    public static SignalSet All { get; } = SignalSet.Of(SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM);

    /// <summary>
    /// Returns whether a forwarded signal was sent to the whole process group, by Ctrl-C for example. The command, which is in the group,
    /// has then received it itself. The init process is in the group as well, and blocks these signals, so that such a signal is pending
    /// there.
    /// </summary>
    public static bool WasSentToGroup(int signal) => TakePending(signal);
}
