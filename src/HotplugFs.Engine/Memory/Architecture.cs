using System.Collections.Immutable;

namespace HotplugFs.Engine.Memory;

/// <summary>A processor architecture, as far as memory hotplug depends on it: its zones.</summary>
/// <param name="Name">The name in machine files.</param>
/// <param name="ZoneTypes">The zones, ascending; the last is Movable.</param>
public sealed record Architecture(string Name, ImmutableArray<ZoneType> ZoneTypes)
{
    /// <summary>64-bit x86.</summary>
    public static Architecture X86_64 { get; } = new("x86_64", [ZoneType.Dma, ZoneType.Dma32, ZoneType.Normal, ZoneType.Movable]);

    /// <summary>32-bit x86, where memory above 896 MiB is HighMem.</summary>
    public static Architecture I386 { get; } = new("i386", [ZoneType.Dma, ZoneType.Normal, ZoneType.HighMem, ZoneType.Movable]);

    /// <summary>Every architecture that can be simulated.</summary>
    public static IReadOnlyList<Architecture> All { get; } = [X86_64, I386];
}
