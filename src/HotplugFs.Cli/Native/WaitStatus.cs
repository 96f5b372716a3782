namespace HotplugFs.Cli.Native;

/// <summary>How a process ended, as waitpid(2) tells it.</summary>
/// <param name="Raw">The number.</param>
internal readonly record struct WaitStatus(int Raw)
{
    private const int SignalMask = 0x7f;
    private const int StatusShift = 8;
    private const int StatusMask = 0xff;

    /// <summary>The signal that ended it; 0 if it ended by itself.</summary>
    public int Signal => Raw & SignalMask;

    /// <summary>The exit status as a shell has it.</summary>
    public int ExitStatus => Signal != 0 ? Signals.StatusBase + Signal : (Raw >> StatusShift) & StatusMask;

    public override string ToString() => Signal != 0 ? $"was killed by signal {Signal}" : $"ended with status {ExitStatus}";
}
