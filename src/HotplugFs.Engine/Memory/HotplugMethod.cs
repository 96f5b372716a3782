namespace HotplugFs.Engine.Memory;

/// <summary>How memory is added to a running machine of an architecture.</summary>
public enum HotplugMethod
{
    /// <summary>DIMMs, which ACPI reports as a whole.</summary>
    Dimms,

    /// <summary>Logical memory blocks of a hypervisor, added and removed one by one (docs/kernels.md, "Memory of ppc64le").</summary>
    LogicalBlocks,
}
