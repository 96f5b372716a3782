using System.Runtime.InteropServices;
using static HotplugFs.Linux.Signal;

namespace HotplugFs.Cli.Running;

/// <summary>The signals that a process forwards to the command that it runs.</summary>
internal static class ForwardedSignals
{
    private static readonly int[] Numbers = [SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM];

    /// <summary>The signals that end or control a program and can be caught.</summary>
    public static SignalSet All => SignalSet.Of(Numbers);

    /// <summary>Handles the signals until the result is disposed of.</summary>
    /// <param name="handle">Receives the number of each signal, on another thread.</param>
    public static IDisposable Register(Action<int> handle) => new Registrations([.. Numbers.Select(number =>
        PosixSignalRegistration.Create((PosixSignal)number, context =>
        {
            context.Cancel = true;
            handle(number);
        }))]);

    /// <summary>
    /// Returns whether a forwarded signal was sent to the whole process group, by Ctrl-C for example. The command, which is in the group,
    /// has then received it itself. The init process is in the group as well, and blocks these signals, so that such a signal is pending
    /// there.
    /// </summary>
    public static bool WasSentToGroup(int signal) => TakePending(signal);

    private sealed class Registrations(IReadOnlyList<IDisposable> registrations) : IDisposable
    {
        public void Dispose()
        {
            foreach (var registration in registrations)
                registration.Dispose();
        }
    }
}
