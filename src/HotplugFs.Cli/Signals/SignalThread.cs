using System.Runtime.CompilerServices;

namespace HotplugFs.Cli.Signals;

/// <summary>Signals that a thread of this program takes. It exists from the start.</summary>
/// <remarks>
/// The runtime's own registrations start a thread for each signal. If the system refuses that thread, the process crashes, and what it
/// should have cleaned up remains.
/// </remarks>
internal static class SignalThread
{
    private const int StackBytes = 256 << 10;

    /// <summary>The signals that end a daemon or an operation.</summary>
    public static SignalSet Ending { get; } = SignalSet.Of(Signal.SIGHUP, Signal.SIGINT, Signal.SIGTERM);

    /// <summary>
    /// Blocks signals in all threads: a signal to the process is delivered to any thread that does not block it. Must be called before the
    /// program starts threads.
    /// </summary>
    /// <param name="arguments">The whole command line.</param>
    /// <exception cref="CommandException">The program cannot be executed again, which only the runtime with a compiler needs.</exception>
    public static void Block(SignalSet signals, IReadOnlyList<string> arguments)
    {
        // Threads inherit what is blocked when the program begins.
        if (Signal.Block(signals))
            return;
        if (RuntimeFeature.IsDynamicCodeCompiled)
        {
            string[] command = [.. ThisProgram.Command, .. arguments];
            throw new CommandException($"cannot execute {command[0]} again: {Spawn.Replace(command).Text()}");
        }
        FinalizerThread.Block(signals);
    }

    /// <summary>Takes the signals on a background thread.</summary>
    /// <param name="signals">Signals that all threads block.</param>
    /// <param name="handle">Receives the number of each signal.</param>
    public static void Start(SignalSet signals, Action<int> handle) => new Thread(() =>
    {
        while (true)
            handle(Signal.Wait(signals));
    }, maxStackSize: StackBytes)
    { IsBackground = true, Name = "hotplugfs-signals" }.Start();

    /// <summary>The only other thread of a native program when it begins. It blocks the signals itself, in a finalizer.</summary>
    private sealed class FinalizerThread(SignalSet signals)
    {
        public static void Block(SignalSet signals)
        {
            Abandon(signals);
            GC.Collect(0);
            GC.WaitForPendingFinalizers();
        }

        ~FinalizerThread() => _ = Signal.Block(signals);

        // Not inlined, so that no register holds the object afterwards.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Abandon(SignalSet signals) => _ = new FinalizerThread(signals);
    }
}
