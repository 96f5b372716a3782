namespace HotplugFs.Kernfs;

/// <summary>A point in time since 1970.</summary>
/// <param name="Nanoseconds">0 to 999,999,999.</param>
public readonly record struct Timespec(long Seconds, uint Nanoseconds)
{
    /// <summary>Converts a point in time.</summary>
    public static Timespec From(DateTimeOffset time)
    {
        var ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        return new Timespec(ticks / TimeSpan.TicksPerSecond, (uint)(ticks % TimeSpan.TicksPerSecond * 100));
    }

    /// <summary>Passes the time through a stream.</summary>
    internal Timespec Transfer(StateStream state) => new(state.Number(Seconds), state.Number(Nanoseconds));
}
