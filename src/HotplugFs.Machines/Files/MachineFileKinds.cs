using HotplugFs.Engine.Faults;
using HotplugFs.Machines.Toml;

namespace HotplugFs.Machines.Files;

/// <summary>The sections of a machine file and their keys.</summary>
internal static class MachineFileKinds
{
    /// <summary>The value of <c>memmap_on_memory</c> that is neither true nor false.</summary>
    public const string Force = "force";

    public static readonly SectionKind Machine = new("", 1,
    [
        "architecture", "block_size", "kernel", "movable_node", "auto_online_blocks", "online_policy", "auto_movable_ratio",
        "auto_movable_numa_aware", "power_management", "memory_failure", "hugetlb_pages", "transparent_hugepages", "memory_probe",
        "modules", "error_injection", "pm_error_injection", "cpulist_size", "memmap_on_memory", "migration_rate",
    ]);

    public static readonly SectionKind Node = new("node", NodeDefinition.MaxNumber + 1,
        ["number", "cpus", "distances", "start_pfn", "end_pfn", "has_normal_memory", "hugepages", "page_descriptors"]);

    public static readonly SectionKind Memory = new("memory", 1 << 16,
        [
            "node", "blocks", "address", "size", "zone", "state", "kernel_pages", "hot_added", "hole_pages", "ends_in_hole",
            "dimm", "virtio_mem", "plugged", "online_without_device", "retired_pages",
        ]);

    public static readonly SectionKind Dimm = new("dimm", 1 << 16,
        ["id", "node", "size", "address"]);

    public static readonly SectionKind VirtioMem = new("virtio_mem", 1 << 10,
        ["id", "node", "max", "address", "size", "retrying"]);

    public static readonly SectionKind Load = new("load", 1 << 12,
        ["id", "kind", "size", "node", "policy", "churn", "seed", "pages"]);

    public static readonly SectionKind Fault = new("fault", FaultList.CountMax,
        ["what", "when", "file", "outcome", "take", "text", "times", "after", "probability", "seed", "until"]);

    public static readonly SectionKind Zone = new("zone", (NodeDefinition.MaxNumber + 1) * 4,
        ["node", "zone", "start_pfn", "end_pfn", "present_pages", "managed_pages", "present_boot_pages", "initialized"]);

    public static readonly SectionKind[] All = [Machine, Node, Memory, Dimm, VirtioMem, Load, Fault, Zone];
}
