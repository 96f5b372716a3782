namespace HotplugFs.Abi;

/// <summary>Who calls an operation that can wait, such as a write of a client (the kernel's current).</summary>
/// <param name="Number">The same number for each call of one operation.</param>
/// <param name="HasWaited">True if the operation was called before and returned EWAITING.</param>
/// <param name="IsInterrupted">True if a signal has reached the caller since the first call.</param>
public readonly record struct Caller(ulong Number, bool HasWaited = false, bool IsInterrupted = false)
{
    /// <summary>The number of the process, in the namespace of this process; 0 if it has none there.</summary>
    public int Pid { get; init; }

    /// <summary>True if the caller will never learn the result, so that an operation that waits ends at once.</summary>
    public bool IsGone { get; init; }

    /// <summary>The number of the user.</summary>
    public uint Uid { get; init; }
}
