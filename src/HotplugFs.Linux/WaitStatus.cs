namespace HotplugFs.Linux;

/// <summary>How a process exited, as waitpid(2) reports it.</summary>
/// <param name="Raw">The number.</param>
public readonly record struct WaitStatus(int Raw)
{
    /// <summary>What a shell adds to a signal's number for the status of a process that the signal killed.</summary>
    public const int SignalBase = 128;

    private const int SignalMask = 0x7f;
    private const int StatusShift = 8;
    private const int StatusMask = 0xff;

    /// <summary>The signal that killed the process; 0 if it exited by itself (WTERMSIG).</summary>
    public int Signal => Raw & SignalMask;

    /// <summary>The exit status as a shell reports it, from 0 to 255 (WEXITSTATUS).</summary>
    public int ExitStatus => Signal != 0 ? SignalBase + Signal : (Raw >> StatusShift) & StatusMask;

    /// <summary>Describes the end of a process, to follow its name.</summary>
    public override string ToString() => Signal != 0 ? $"was killed by signal {Signal}" : $"ended with status {ExitStatus}";
}
