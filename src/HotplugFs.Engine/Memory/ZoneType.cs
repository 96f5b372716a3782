namespace HotplugFs.Engine.Memory;

/// <summary>The zones, in the order of the kernel's enum zone_type. Source: docs/kernels.md, "Zones and spans".</summary>
public enum ZoneType : byte
{
    /// <summary>Memory that old devices can address (below 16 MiB on x86).</summary>
    Dma,

    /// <summary>Memory below 4 GiB on 64-bit machines.</summary>
    Dma32,

    /// <summary>Ordinary memory that the kernel itself may use.</summary>
    Normal,

    /// <summary>Memory of 32-bit machines without a permanent kernel mapping.</summary>
    HighMem,

    /// <summary>Memory that holds only pages that can be moved.</summary>
    Movable,

    /// <summary>Device memory, which is never onlined.</summary>
    Device,
}
