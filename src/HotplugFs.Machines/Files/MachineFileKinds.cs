using HotplugFs.Engine.Faults;
using HotplugFs.Engine.Processors;
using HotplugFs.Machines.Toml;

namespace HotplugFs.Machines.Files;

/// <summary>The sections of a machine file and their keys, from which docs/machine.md and hotplugfs-machine(5) are made.</summary>
public static class MachineFileKinds
{
    /// <summary>The value of keys for a file that does not exist.</summary>
    internal const string Absent = "absent";

    /// <summary>The value of <c>memmap_on_memory</c> that is neither true nor false.</summary>
    internal const string Force = "force";

    internal static readonly SectionKind Machine = new("", 1, "The machine and its kernel",
        new("block_size", "\"128M\"", "the size of a memory block, a power of two from 16M to 64G; required"),
        new("kernel", "\"6.12\"", "the kernel, as for --kernel; otherwise 4.9"),
        new("architecture", "\"x86_64\"", "the architecture, which decides about the zones: x86_64, i386 or others; otherwise x86_64"),
        new("page_size", "\"64K\"", "the size of a page, one of the architecture's; otherwise its usual one"),
        new("movable_node", "false", "true to allow nodes with movable memory only (CONFIG_MOVABLE_NODE, later the boot option movable_node)"),
        new("auto_online_blocks", "\"offline\"", "what becomes of new blocks: offline or, as far as the kernel has the word, a request"),
        new("online_policy", "\"contig-zones\"", "contig-zones or auto-movable, as the parameter of memory_hotplug"),
        new("auto_movable_ratio", "301", "the parameter of memory_hotplug, in percent"),
        new("auto_movable_numa_aware", "true", "the parameter of memory_hotplug"),
        new("memmap_on_memory", "false", "true, false, \"force\" or \"absent\": whether new DIMMs hold their own memory map"),
        new("migration_rate", "\"64M\"", "how fast pages leave a block that goes offline: bytes a second, or a time a block; otherwise no time"),
        new("power_management", "true", "false for a kernel without power/ directories (CONFIG_PM)"),
        new("memory_failure", "true", "false for a kernel that cannot retire pages (CONFIG_MEMORY_FAILURE)"),
        new("hugetlb_pages", "true", "false for a kernel without pools of huge pages (CONFIG_HUGETLB_PAGE)"),
        new("transparent_hugepages", "true", "false for a kernel without transparent huge pages, whose min_free_kbytes is then smaller"),
        new("memory_probe", "true", "whether there is the file probe (CONFIG_ARCH_MEMORY_PROBE); otherwise as in kernels of distributions"),
        new("modules", "true", "false for a kernel without modules (CONFIG_MODULES)"),
        new("error_injection", "true", "false for a kernel without notifier-error-inject"),
        new("pm_error_injection", "false", "true for a kernel that injects errors into power management, too"),
        new("cpulist_size", "4096", "the size that cpulist has in stat(2)"),
        new("numa", "true", "false for a kernel without nodes (CONFIG_NUMA)"),
        new("power_debug", "true", "false for a kernel without the files async and runtime_* that developers need (CONFIG_PM_ADVANCED_DEBUG)"),
        new("memory_hotremove", "true", "false for a kernel that takes no memory offline (CONFIG_MEMORY_HOTREMOVE)"),
        new("dimm_hotplug", "true", "false for a kernel that adds no memory of DIMMs (CONFIG_ACPI_HOTPLUG_MEMORY)"),
        new("sgx", "true", "whether nodes have the directory x86 (CONFIG_X86_SGX); otherwise as in kernels of distributions"),
        new("crash_hotplug", "\"0\"", "the text of crash_hotplug, \"0\" or \"1\", or \"absent\""),
        new("crash_notes", "false", "CONFIG_KEXEC_CORE: crash_notes and crash_notes_size of CPUs; otherwise true"),
        new("hugepage_sizes", "[\"2M\", \"1G\"]", "the sizes of huge pages; otherwise 2M on x86_64, and on others all that the architecture has"),
        new("hidden_statistics", "[\"Unaccepted\"]", "lines of meminfo and vmstat that the build of this kernel lacks"),
        new("phys_device", "\"1M\"", "the unit of memory that phys_device counts; otherwise that file is 0"),
        new("max_memory", "\"32G\"", "where the logical blocks of a partition end (ppc64le)"),
        new("blocks_offered_once", "false", "true if the hypervisor gives a logical block once (ppc64le)"),
        new("standby", "\"16-23\"",
            "the blocks of standby memory: offline at boot, or from 6.19 on not there until they are configured in /sys/firmware/memory (s390x)"),
        new("spent_blocks", "\"4-7\"", "saved: the logical blocks that cannot be had any more (ppc64le)"),
        new("sys_vendor", "\"Microsoft Corporation\"",
            "the text of /sys/class/dmi/id/sys_vendor; without any of these keys there is no such directory"),
        new("product_name", "\"Virtual Machine\"", "the same of product_name"),
        new("product_version", "\"7.0\"", "the same of product_version"),
        new("product_family", "\"Virtual Machine\"", "the same of product_family"),
        new("product_sku", "\"None\"", "the same of product_sku"),
        new("product_serial", "\"0000-1111\"", "the same of product_serial, which only root may read"),
        new("product_uuid", "\"4c4c4544-0031-3010-8052-b4c04f4e3232\"", "the same of product_uuid, which only root may read"),
        new("board_vendor", "\"Microsoft Corporation\"", "the same of board_vendor"),
        new("board_name", "\"Virtual Machine\"", "the same of board_name"),
        new("board_version", "\"7.0\"", "the same of board_version"),
        new("board_serial", "\"0000-1111\"", "the same of board_serial, which only root may read"),
        new("board_asset_tag", "\"None\"", "the same of board_asset_tag"),
        new("bios_vendor", "\"American Megatrends Inc.\"", "the same of bios_vendor"),
        new("bios_version", "\"090008\"", "the same of bios_version"),
        new("bios_date", "\"12/07/2018\"", "the same of bios_date"),
        new("bios_release", "\"4.1\"", "the same of bios_release"),
        new("ec_firmware_release", "\"1.0\"", "the same of ec_firmware_release"),
        new("chassis_vendor", "\"Microsoft Corporation\"", "the same of chassis_vendor"),
        new("chassis_type", "\"3\"", "the same of chassis_type, a number in a string"),
        new("chassis_version", "\"7.0\"", "the same of chassis_version"),
        new("chassis_serial", "\"0000-1111\"", "the same of chassis_serial, which only root may read"),
        new("chassis_asset_tag", "\"None\"", "the same of chassis_asset_tag"));

    internal static readonly SectionKind Node = new("node", NodeDefinition.MaxNumber + 1, "A NUMA node",
        new("number", "0", "the N of nodeN, 0 to 1023; required"),
        new("cpus", "\"0-3,8\"", "the node's CPUs; otherwise none"),
        new("distances", "[10, 20]", "the distances to all nodes in ascending order, 10 to itself; otherwise 20 to each other node"),
        new("memory_tier", "22", "the tier of the node's memory (from 6.1 on); otherwise it follows from access0 (from 6.10 on), or is 4"),
        new("access0", "{ initiators = \"0\", read_bandwidth = 60000, read_latency = 250 }",
            "the nodes with the best access to the memory; read_bandwidth and write_bandwidth in MB/s, read_latency and write_latency in ns"),
        new("access1", "{ initiators = \"0\", read_bandwidth = 60000, read_latency = 250 }",
            "the CPUs with the best access, if access0 has a generic initiator"),
        new("generic_initiator", "false", "true if a device of the node uses memory and is no CPU, so that the node needs neither (from 5.10 on)"),
        new("side_caches", "[{ size = \"16G\", line_size = 64, indexing = 0, write_policy = 0 }]",
            "the caches before the node's memory, from level 1 on"),
        new("hugepages", "{ \"2M\" = 20, \"1G\" = 4 }",
            "huge pages in the node's pools; a number for the default size alone, and a list of places in a saved machine"),
        new("start_pfn", "0", "the first page of the node's span, if it does not follow from the memory"),
        new("end_pfn", "1048576", "the page after the last of the node's span"),
        new("has_normal_memory", "true", "saved: whether the node is in has_normal_memory of a kernel that does not change it"),
        new("online", "true", "whether the node is online without memory and CPUs; otherwise as the architecture decides"),
        new("page_descriptors", "[\"34 Normal 512\"]", "saved: the pages with the descriptors of added memory"));

    internal static readonly SectionKind Cpu = new("cpu", 1, "How the CPUs of the nodes are arranged, and what /proc/cpuinfo shows",
        new("packages", "2", "the number of packages, or a list of their CPUs; otherwise one for each node with CPUs"),
        new("dies", "1", "the number of dies of each package, or a list of their CPUs; otherwise one"),
        new("cores", "[\"0,4\", \"1,5\"]", "the number of cores of each die, or a list of their CPUs; otherwise as many as there are CPUs"),
        new("threads", "2", "the CPUs of each core, adjacent ones unless a node lists as many runs of CPUs; otherwise 1"),
        new("possible", "\"0-7\"", "the CPUs that the machine can have; otherwise those of the nodes"),
        new("offline", "\"3\"", "the CPUs that are offline; otherwise none"),
        new("caches", $"[\"L1d 32K ways=8\", \"{CpuCache.Example}\"]",
            "the caches of each CPU, shared by a core, or by cpu, die, package, node or a number of cores; otherwise the usual ones"),
        new("smt", "\"off\"", "on, off or forceoff: whether the CPUs beside the first of each core may be online; otherwise on"),
        new("vulnerabilities", "[\"meltdown: Mitigation: PTI\"]",
            "files of vulnerabilities with their texts, beside those of the kernel's release; otherwise \"Not affected\""),
        new("vendor_id", "\"GenuineIntel\"", "the line of /proc/cpuinfo; otherwise as usual, as the others"),
        new("family", "6", "the line cpu family"),
        new("model", "143", "the line model"),
        new("stepping", "8", "the line stepping"),
        new("model_name", "\"Xeon\"", "the line model name"),
        new("flags", "\"fpu sse2\"", "the words of the line flags"),
        new("mhz", "2000", "the clock rate"));

    /// <summary>A part of a block, for messages.</summary>
    internal const string NodePartExample = "{ node = 1, pages = 16384 }";

    internal static readonly SectionKind Memory = new("memory", 1 << 16, "Memory that is there at boot, or blocks of a saved machine",
        new("node", "0", "the node of the blocks; required"),
        new("blocks", "\"0-1\"", "the numbers of the blocks; required unless address and size are given"),
        new("address", "\"4G\"", "the physical address of the first block"),
        new("size", "\"512M\"", "the size of the memory"),
        new("zone", "\"Normal\"", "the zone; several for a block that straddles a boundary. Required for online blocks, and up to 4.12 for all"),
        new("state", "\"online\"", "online or offline; otherwise online"),
        new("kernel_pages", "false", "true if each block holds pages of the kernel, so that it cannot go offline"),
        new("hole_pages", "0", "pages of each block that are not RAM"),
        new("ends_in_hole", "false", "true if the last page of each block is not RAM"),
        new("other_nodes", $"[{NodePartExample}]",
            "the last parts of a block that is on several nodes; a part can have another zone than the block"),
        new("dimm", "\"dimm0\"", "the DIMM of the blocks; without it they are boot memory"),
        new("virtio_mem", "\"v\"", "the virtio-mem device of the blocks"),
        new("dax", "\"dax0.0\"", "saved: the dax device whose driver kmem added the blocks"),
        new("plugged", "\"64M\"", "how much of each block of a virtio-mem device is plugged; otherwise all"),
        new("hot_added", "false", "saved: true for blocks that probe added or that an ejected DIMM left behind"),
        new("online_without_device", "false", "saved: true for blocks that auto_online_blocks of 4.9 onlined without their devices"),
        new("retired_pages", "[\"1310720\"]", "saved: the page frame numbers of retired pages"));

    internal static readonly SectionKind Dimm = new("dimm", 1 << 16, "A DIMM that is plugged after boot; its blocks are offline at first",
        new("id", "\"dimm0\"", "its name; required"),
        new("node", "1", "its node; required"),
        new("size", "\"512M\"", "its size, a multiple of the block size; required"),
        new("address", "\"0x140000000\"", "its physical address; otherwise after the last block"),
        new("assigned", "true", "false if the hypervisor only offers the memory, and the kernel is not told (ppc64le)"));

    internal static readonly SectionKind VirtioMem = new("virtio_mem", 1 << 10, "A virtio-mem device (from 5.10 on)",
        new("id", "\"v\"", "its name; required"),
        new("node", "1", "its node; required"),
        new("max", "\"4G\"", "its largest size; required"),
        new("address", "\"0x200000000\"", "its physical address; otherwise after the last block"),
        new("size", "\"1G\"", "the size that the host requests; otherwise 0"),
        new("retrying", "false", "saved: true if it waits to be resized again"));

    internal static readonly SectionKind Dax = new("dax", DeviceLimits.DaxRegionsMax,
        "Memory that the firmware keeps for a purpose, such as that of CXL devices: hmem.N and daxN.0 of the dax bus (from 5.10 on)",
        new("node", "2", "the node to which driver kmem adds the memory; required"),
        new("size", "\"4G\"", "its size, a multiple of 2M; required"),
        new("address", "\"0x140000000\"", "its physical address, a multiple of 2M; otherwise after the last block"),
        new("driver", "\"kmem\"", "the driver after boot: kmem, device_dax or none; otherwise kmem, and up to 6.2 device_dax"),
        new("numa_node", "0", "saved: the nearest node that was online at boot"),
        new("devices", "[\"dax0.0 kmem 0x140000000-0x17fffffff\"]", "saved: the devices with their drivers and ranges"));

    internal static readonly SectionKind Pci = new("pci", DeviceLimits.PciDevicesMax,
        "A PCI device, for programs that look at where it is; it does nothing",
        new("address", "\"0000:3b:00.0\"", "its domain, bus, device and function; required"),
        new("node", "1", "its node; otherwise none, as of firmware that does not state it"),
        new("class", "\"0x020000\"", "class, subclass and interface; required"),
        new("vendor", "\"0x8086\"", "the vendor; required"),
        new("device", "\"0x1572\"", "the vendor's number of the device; required"),
        new("subsystem_vendor", "\"0x8086\"", "the vendor of the board; otherwise 0"),
        new("subsystem_device", "\"0x0001\"", "the number of the board; otherwise 0"),
        new("revision", "\"0x02\"", "the revision; otherwise 0"));

    internal static readonly SectionKind Load = new("load", 1 << 12, "What uses memory, as hotplugfs load starts it",
        new("id", "\"app\"", "its name; required"),
        new("size", "\"300M\"", "the size of its memory; required"),
        new("kind", "\"anon\"", "anon, file, shmem, mlocked, hugetlb, kernel, pinned or thp; otherwise anon"),
        new("node", "1", "the node that it runs on; otherwise the first"),
        new("policy", "\"prefer\"", "prefer, bind or interleave; otherwise prefer"),
        new("hugepage_size", "\"1G\"", "the size of the huge pages of a load of kind hugetlb; otherwise the default size"),
        new("churn", "2", "how often a random quarter of its pages is freed and allocated again; otherwise never"),
        new("seed", "1", "the seed of churn"),
        new("pages", "[\"34 Normal 1024\"]", "saved: how many pages of which blocks and zones it has; of kind thp, huge pages end with their size"));

    internal static readonly SectionKind Fault = new("fault", FaultList.CountMax, "An operation that fails or takes time (docs/faults.md)",
        new("what", "\"memory43\"", "memory43, memory40-47, node1, dimm:ID or any; required"),
        new("when", "\"offline\"", "online, offline, plug, unplug or read; required"),
        new("file", "\"state\"", "the file whose reads are meant"),
        new("outcome", "\"EBUSY\"", "an errno, success or default"),
        new("take", "\"3s\"", "the time that the operation takes"),
        new("text", "\"online\\\\n\"", "what is read"),
        new("times", "2", "how often it acts; otherwise always"),
        new("after", "1", "how many operations pass first"),
        new("probability", "\"10%\"", "the chance that it acts"),
        new("seed", "1", "the seed of probability"),
        new("until", "\"removed\"", "removed: it ends with its block"));

    internal static readonly SectionKind Zone = new("zone", (NodeDefinition.MaxNumber + 1) * 4,
        "The figures of a zone that do not follow from the memory",
        new("node", "1", "the zone's node; required"),
        new("zone", "\"Normal\"", "the zone; required"),
        new("start_pfn", "1114112", "its first page; required"),
        new("end_pfn", "1441792", "the page after its last; required"),
        new("present_pages", "131072", "its online pages; required"),
        new("managed_pages", "131072", "those that the allocator manages; otherwise all"),
        new("present_boot_pages", "131072", "those of boot memory; otherwise all"),
        new("initialized", "true", "whether it was ever in use; otherwise true if it has a span"));

    internal static readonly SectionKind FirmwareMap = new("memmap", FirmwareRange.CountMax,
        "An entry of /sys/firmware/memmap at boot (x86); without any they follow from the memory",
        new("start", "\"0x100000\"", "the first address; required"),
        new("end", "\"0x3fffffff\"", "the last address; required"),
        new("type", "\"Reserved\"", "what is there; otherwise System RAM"));

    internal static readonly SectionKind[] All = [Machine, Node, Cpu, Memory, Dimm, VirtioMem, Dax, Pci, Load, Fault, Zone, FirmwareMap];

    /// <summary>Every kind of section; the first is that of the keys before any header.</summary>
    public static IReadOnlyList<SectionKind> Sections => All;
}
