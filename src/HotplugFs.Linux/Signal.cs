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
    /// <summary>The size of the terminal has changed.</summary>
    public const int SIGWINCH = 28;
    /// <summary>The process wrote beyond the limit of a file's size.</summary>
    internal const int SIGXFSZ = 25;

    private const int SIG_BLOCK = 0;
    private const nint SIG_IGN = 1;

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

    /// <summary>Blocks signals in this thread and in those that it starts (pthread_sigmask(3)).</summary>
    /// <returns>True if all of them were blocked already.</returns>
    public static bool Block(SignalSet signals)
    {
        _ = pthread_sigmask(SIG_BLOCK, ref signals, out var before);
        return before.Includes(signals);
    }

    /// <summary>Waits for a signal (sigwait(3)).</summary>
    /// <param name="signals">Signals that all threads block.</param>
    /// <returns>The signal's number.</returns>
    public static int Wait(SignalSet signals)
    {
        int signal;
        while (sigwait(ref signals, out signal) != 0)
        {
        }
        return signal;
    }

    /// <summary>Makes a write beyond the limit of a file's size (RLIMIT_FSIZE) fail with EFBIG instead of ending the process.</summary>
    public static void IgnoreFileSizeLimit() => _ = signal(SIGXFSZ, SIG_IGN);

    [LibraryImport(Libc.Name)]
    private static partial nint signal(int signum, nint handler);

    [LibraryImport(Libc.Name)]
    private static partial int pthread_sigmask(int how, ref SignalSet set, out SignalSet oldset);

    [LibraryImport(Libc.Name)]
    private static partial int sigwait(ref SignalSet set, out int sig);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int kill(int pid, int sig);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int sigtimedwait(ref SignalSet set, nint info, ref TimeSpec timeout);
}
