using System.Collections.Immutable;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine;

/// <summary>What an architecture has to do with memory hotplug: its zones.</summary>
/// <param name="Name">Its name in machine files.</param>
/// <param name="ZoneTypes">Its zones, ascending; the last is Movable.</param>
public sealed record Architecture(string Name, ImmutableArray<ZoneType> ZoneTypes)
{
    /// <summary>64-bit x86.</summary>
    public static Architecture X86_64 { get; } = new("x86_64", [ZoneType.Dma, ZoneType.Dma32, ZoneType.Normal, ZoneType.Movable]);

    /// <summary>32-bit x86, where memory above 896 MiB is HighMem.</summary>
    public static Architecture I386 { get; } = new("i386", [ZoneType.Dma, ZoneType.Normal, ZoneType.HighMem, ZoneType.Movable]);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Architecture> All { get; } = [X86_64, I386];
}
