namespace HotplugFs.Engine.Memory;

/// <summary>How fast pages leave a block that goes offline; the default value takes no time.</summary>
public readonly record struct MigrationRate
{
    /// <summary>The forms of a rate, for messages.</summary>
    public const string Form = "64M (bytes a second), 2s or 500ms (each block) or 0 (no time)";

    /// <summary>The longest time of a block.</summary>
    public static readonly TimeSpan PerBlockMax = TimeSpan.FromDays(1);

    private MigrationRate(long bytesPerSecond, TimeSpan perBlock) => (BytesPerSecond, PerBlock) = (bytesPerSecond, perBlock);

    /// <summary>Bytes of used pages that leave in a second; 0 if another unit counts.</summary>
    public long BytesPerSecond { get; }

    /// <summary>The time that each block takes, however many of its pages are in use; zero if another unit counts.</summary>
    public TimeSpan PerBlock { get; }

    /// <summary>A rate at which a block takes this time.</summary>
    public static MigrationRate Block(TimeSpan time) => new(0, time);

    /// <summary>Reads a text that people write.</summary>
    /// <param name="text">In one of the forms of <see cref="Form"/>.</param>
    public static bool TryParse(string text, out MigrationRate rate)
    {
        if (TimeText.TryParse(text, out var time))
        {
            rate = Block(time);
            return time <= PerBlockMax;
        }
        var isSize = ByteSize.TryParse(text, out var bytes);
        rate = new MigrationRate(bytes, TimeSpan.Zero);
        return isSize;
    }

    /// <summary>Passes the rate through a stream.</summary>
    internal MigrationRate Transfer(StateStream state) => new(state.Number(BytesPerSecond), state.Time(PerBlock));

    /// <inheritdoc/>
    public override string ToString() => PerBlock > TimeSpan.Zero ? TimeText.Format(PerBlock) : ByteSize.Format(BytesPerSecond);
}
