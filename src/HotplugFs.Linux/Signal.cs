namespace HotplugFs.Linux;

/// <summary>signal.h. The numbers are those of x86-64 and arm64 (signal(7)).</summary>
public static partial class Signal
{
    /// <summary>The terminal was closed.</summary>
    public const int SIGHUP = 1;
    /// <summary>Ctrl-C.</summary>
    public const int SIGINT = 2;
    /// <summary>Ctrl-\.</summary>
    public const int SIGQUIT = 3;
    /// <summary>For use by programs.</summary>
    public const int SIGUSR1 = 10;
    /// <summary>For use by programs.</summary>
    public const int SIGUSR2 = 12;
    /// <summary>The process wrote to a pipe without a reader.</summary>
    internal const int SIGPIPE = 13;
    /// <summary>A timer expired.</summary>
    public const int SIGALRM = 14;
    /// <summary>A request to exit.</summary>
    public const int SIGTERM = 15;

    /// <summary>Sends a signal to a process (kill(2)).</summary>
    public static Result Kill(int process, int signal) => Libc.Check(kill(process, signal));

    /// <summary>Removes a pending signal without waiting for one (sigtimedwait(2)).</summary>
    /// <param name="signal">A signal that all threads block.</param>
    /// <returns>True if the signal was pending.</returns>
    public static bool TakePending(int signal)
    {
        var set = SignalSet.Of(signal);
        TimeSpec now = default;
        return sigtimedwait(ref set, 0, ref now) == signal;
    }

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int kill(int pid, int sig);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int sigtimedwait(ref SignalSet set, nint info, ref TimeSpec timeout);
}
