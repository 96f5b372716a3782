namespace HotplugFs.Engine.Memory;

/// <summary>Limits of physical memory on x86_64.</summary>
public static class PhysicalMemory
{
    /// <summary>Bytes in a page.</summary>
    public const int PageSizeBytes = 4096;

    /// <summary>The end of the physical addresses: 46 bits (MAX_PHYSMEM_BITS of x86_64 with four levels of page tables).</summary>
    public const long AddressEnd = 1L << 46;
}
