using System.Numerics;

namespace HotplugFs.Engine.Memory;

/// <summary>A set of zone types. A boot block that straddles a zone boundary is in several.</summary>
/// <param name="Bits">Bit n represents the zone type with number n.</param>
public readonly record struct ZoneSet(byte Bits)
{
    /// <summary>
    /// The mark of a block whose last pages belong to other nodes, and so to zones of these. With it a set is not single, because the kernel
    /// distinguishes zones of the same type on two nodes.
    /// </summary>
    internal static ZoneSet OtherNodes { get; } = new(1 << 7);

    /// <summary>True if the set has exactly one zone.</summary>
    public bool IsSingle => Bits != 0 && (Bits & (Bits - 1)) == 0;

    /// <summary>The lowest zone; meaningless for the empty set.</summary>
    public ZoneType Lowest => (ZoneType)BitOperations.TrailingZeroCount(Bits);

    /// <summary>Converts a zone to the set of this zone.</summary>
    public static implicit operator ZoneSet(ZoneType zone) => new((byte)(1 << (int)zone));

    /// <summary>Returns the union of both sets.</summary>
    public ZoneSet With(ZoneSet other) => new((byte)(Bits | other.Bits));

    /// <summary>Returns the set without the zones of the other.</summary>
    internal ZoneSet Without(ZoneSet other) => new((byte)(Bits & ~other.Bits));

    /// <summary>True if the zone is in the set.</summary>
    public bool Has(ZoneType zone) => (Bits & (1 << (int)zone)) != 0;
}
