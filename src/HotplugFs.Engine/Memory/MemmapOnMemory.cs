namespace HotplugFs.Engine.Memory;

/// <summary>The parameter memory_hotplug.memmap_on_memory (docs/kernels.md, "memmap_on_memory").</summary>
public enum MemmapOnMemory
{
    /// <summary>The memory map of added memory is allocated elsewhere.</summary>
    No,

    /// <summary>A DIMM holds its own memory map if the map of a block fills whole sections of 2 MiB.</summary>
    Yes,

    /// <summary>A DIMM always holds its own memory map; the rest of the last 2 MiB is wasted. Only in newer kernels.</summary>
    Force,

    /// <summary>The parameter does not exist (without CONFIG_MHP_MEMMAP_ON_MEMORY).</summary>
    Absent,
}
