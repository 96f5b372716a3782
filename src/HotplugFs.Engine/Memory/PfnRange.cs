namespace HotplugFs.Engine.Memory;

/// <summary>
/// A range of page frame numbers, <c>[Start, End)</c>, in pages of 4 KiB. The empty range is always start 0, end 0, as the kernel
/// keeps a zone that spans nothing.
/// </summary>
public readonly record struct PfnRange
{
    /// <summary>Makes a range; an empty one becomes <see cref="Empty"/>.</summary>
    /// <param name="start">First page.</param>
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

    /// <summary>First page.</summary>
    public long Start { get; }

    /// <summary>The page after the last one.</summary>
    public long End { get; }

    /// <summary>Number of pages spanned, holes included.</summary>
    public long Length => End - Start;

    /// <summary>True if it spans nothing.</summary>
    public bool IsEmpty => End == Start;

    /// <summary>True if every page of the other range is in this one.</summary>
    /// <param name="other">The other range.</param>
    public bool Contains(PfnRange other) => Start <= other.Start && other.End <= End;

    /// <summary>True if the ranges share a page.</summary>
    /// <param name="other">The other range.</param>
    public bool Intersects(PfnRange other) => Start < other.End && other.Start < End;

    /// <summary>The smallest range that holds both, with what lies between them.</summary>
    /// <param name="other">The other range.</param>
    public PfnRange Union(PfnRange other)
    {
        if (IsEmpty)
            return other;
        return other.IsEmpty ? this : new PfnRange(Math.Min(Start, other.Start), Math.Max(End, other.End));
    }

    /// <inheritdoc/>
    public override string ToString() => IsEmpty ? "[)" : $"[{Start:x}, {End:x})";
}
