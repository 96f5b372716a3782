namespace HotplugFs.Engine.Memory;

/// <summary>
/// A range of page frame numbers, <c>[Start, End)</c>, in pages of 4 KiB. An empty range always starts and ends at 0, as the span of an
/// empty zone does in the kernel.
/// </summary>
public readonly record struct PfnRange
{
    /// <summary>Makes a range; an empty one becomes <see cref="Empty"/>.</summary>
    /// <param name="start">The first page.</param>
    /// <param name="end">The page after the last.</param>
    public PfnRange(long start, long end)
    {
        if (start >= end)
            return;
        Start = start;
        End = end;
    }

    /// <summary>The range without a page.</summary>
    public static PfnRange Empty => default;

    /// <summary>The first page.</summary>
    public long Start { get; }

    /// <summary>The page after the last.</summary>
    public long End { get; }

    /// <summary>Number of pages, including holes.</summary>
    public long Length => End - Start;

    /// <summary>True if the range has no page.</summary>
    public bool IsEmpty => End == Start;

    /// <summary>True if the ranges share a page.</summary>
    public bool Intersects(PfnRange other) => Start < other.End && other.Start < End;

    /// <summary>Returns the smallest range that includes both ranges, with the pages between them.</summary>
    public PfnRange Union(PfnRange other)
    {
        if (IsEmpty)
            return other;
        return other.IsEmpty ? this : new PfnRange(Math.Min(Start, other.Start), Math.Max(End, other.End));
    }

    /// <summary>Passes the range through a stream.</summary>
    internal PfnRange Transfer(StateStream state) => new(state.Number(Start), state.Number(End));

    /// <inheritdoc/>
    public override string ToString() => IsEmpty ? "[)" : $"[{Start:x}, {End:x})";
}
