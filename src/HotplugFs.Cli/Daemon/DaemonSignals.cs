namespace HotplugFs.Cli.Daemon;

/// <summary>The signals that end a daemon, taken by a thread that exists from the start.</summary>
/// <remarks>
/// The runtime's own registrations start a thread for each signal. If the system refuses that thread, the process crashes, and its mount
/// stays without a server.
/// </remarks>
internal static class DaemonSignals
{
    /// <summary>The signals that end a daemon. All its threads must block them, from the first instruction on.</summary>
    public static SignalSet All { get; } = SignalSet.Of(Signal.SIGHUP, Signal.SIGINT, Signal.SIGTERM);

    /// <summary>
    /// Executes this program again with the signals blocked, unless they are blocked already. The runtime has threads before the program
    /// begins, and they inherit what is blocked only if it was blocked before.
    /// </summary>
    /// <exception cref="CommandException">The program cannot be executed.</exception>
    public static void BlockFromTheStart(IReadOnlyList<string> arguments)
    {
        if (Signal.Block(All))
            return;
        string[] command = [.. Launcher.ThisProgram, .. arguments];
        throw new CommandException($"cannot execute {command[0]} again: {Spawn.Replace(command).Text()}");
    }

    /// <summary>Starts the thread.</summary>
    /// <param name="end">Called for each signal.</param>
    public static void Handle(Action end) => new Thread(() =>
    {
        while (true)
        {
            _ = Signal.Wait(All);
            end();
        }
    }, maxStackSize: StackBytes)
    { IsBackground = true, Name = "hotplugfs-signals" }.Start();

    private const int StackBytes = 256 << 10;
}
