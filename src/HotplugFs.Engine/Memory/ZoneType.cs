namespace HotplugFs.Engine.Memory;

/// <summary>The zones, in the order of the kernel's zone index. Source: enum zone_type; legacy.md 1.</summary>
public enum ZoneType : byte
{
    /// <summary>Memory that the oldest devices can reach (below 16 MiB on x86).</summary>
    Dma,

    /// <summary>Memory below 4 GiB on a 64-bit machine.</summary>
    Dma32,

    /// <summary>Ordinary memory that the kernel itself may use.</summary>
    Normal,

    /// <summary>Memory of a 32-bit machine that the kernel has no permanent mapping of.</summary>
    HighMem,

    /// <summary>Memory that holds only pages that can be moved away.</summary>
    Movable,

    /// <summary>Memory of a device, never onlined.</summary>
    Device,
}

/// <summary>Names of zones.</summary>
public static class ZoneNames
{
    /// <summary>Number of zone types.</summary>
    public const int Count = 6;

    private static readonly string[] Names = ["DMA", "DMA32", "Normal", "HighMem", "Movable", "Device"];

    /// <summary>The name as the kernel prints it.</summary>
    /// <param name="zone">The zone.</param>
    public static string Name(this ZoneType zone) => Names[(int)zone];

    /// <summary>Finds a zone by the kernel's name for it.</summary>
    /// <param name="name">The name, in the kernel's case.</param>
    /// <param name="zone">The zone found.</param>
    public static bool TryParse(string name, out ZoneType zone)
    {
        var index = Array.IndexOf(Names, name);
        zone = index < 0 ? default : (ZoneType)index;
        return index >= 0;
    }
}

/// <summary>A set of zone types, one bit each. A boot block can lie in several zones.</summary>
/// <param name="Bits">Bit n stands for the zone type with number n.</param>
public readonly record struct ZoneSet(byte Bits)
{
    /// <summary>True if there is exactly one zone in the set.</summary>
    public bool IsSingle => Bits != 0 && (Bits & (Bits - 1)) == 0;

    /// <summary>The lowest zone of a set that is not empty.</summary>
    public ZoneType Lowest => (ZoneType)System.Numerics.BitOperations.TrailingZeroCount(Bits);

    /// <summary>The set of one zone.</summary>
    /// <param name="zone">The zone.</param>
    public static implicit operator ZoneSet(ZoneType zone) => new((byte)(1 << (int)zone));

    /// <summary>The zones of both sets.</summary>
    /// <param name="other">The other set.</param>
    public ZoneSet With(ZoneSet other) => new((byte)(Bits | other.Bits));

    /// <summary>True if the zone is in the set.</summary>
    /// <param name="zone">The zone.</param>
    public bool Has(ZoneType zone) => (Bits & (1 << (int)zone)) != 0;
}
