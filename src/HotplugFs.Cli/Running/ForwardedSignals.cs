using System.Globalization;
using System.Runtime.InteropServices;
using HotplugFs.Linux;
using static HotplugFs.Linux.Signal;

namespace HotplugFs.Cli.Running;

/// <summary>Signals to <c>hotplugfs run</c> that are meant for its command.</summary>
/// <remarks>
/// Who types Ctrl-C, or signals a whole process group, reaches the command directly, for it is in the same group; who signals
/// the one process that he knows of does not. The first process of the namespaces, in the same group too, tells the two apart: it
/// blocks these signals, so that one that came to the whole group is pending there.
/// </remarks>
internal static class ForwardedSignals
{
    private static readonly int[] Numbers = [SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM];

    /// <summary>All of them.</summary>
    public static SignalSet All => SignalSet.Of(Numbers);

    /// <summary>Sends each that comes to this process over a channel, until the result is disposed of.</summary>
    public static IDisposable Forward(RunChannel channel) => new Registrations(Numbers.Select(number =>
        PosixSignalRegistration.Create((PosixSignal)number, context =>
        {
            context.Cancel = true;
            channel.Send(RunMessageKind.Signal, number.ToString(CultureInfo.InvariantCulture));
        })).ToArray());

    /// <summary>Says whether a signal has come to the whole process group, and forgets that it has.</summary>
    /// <param name="number">The signal, which this process blocks.</param>
    public static bool CameToGroup(int number) => Signal.TakePending(number);

    private sealed class Registrations(IDisposable[] registrations) : IDisposable
    {
        public void Dispose()
        {
            foreach (var registration in registrations)
                registration.Dispose();
        }
    }
}
