namespace HotplugFs.Engine.Memory;

/// <summary>A range of physical addresses in bytes.</summary>
/// <param name="Start">The first address.</param>
/// <param name="Size">The number of bytes, at least 1.</param>
public readonly record struct AddressRange(long Start, long Size)
{
    /// <summary>The address after the last.</summary>
    public long End => Start + Size;

    /// <summary>True if the ranges have an address in common.</summary>
    public bool Intersects(AddressRange other) => Start < other.End && other.Start < End;
}
