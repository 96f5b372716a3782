using HotplugFs.Engine.Faults;
using HotplugFs.Engine.Pages;
using HotplugFs.Engine.Processors;

namespace HotplugFs.Engine;

/// <summary>A machine when the simulation begins.</summary>
/// <remarks>
/// <see cref="Machine"/> checks only for contradictions. Readers of machine files check the rest and name the line with the error.
/// </remarks>
public sealed record MachineDefinition
{
    /// <summary>Bytes in a memory block: a power of two from 16 MiB to 64 GiB.</summary>
    public required long BlockSizeBytes { get; init; }

    /// <summary>The architecture, which decides what zones exist.</summary>
    public Architecture Architecture { get; init; } = Architecture.X86_64;

    /// <summary>Bytes in a page, one of <see cref="Architecture.PageSizes"/>.</summary>
    public int PageSizeBytes
    {
        get => field > 0 ? field : Architecture.PageSizes[0].Bytes;
        init;
    }

    /// <inheritdoc cref="PageSize.DefaultHugePageKiB"/>
    public int HugePageKiB => Architecture.PageSizeOf(PageSizeBytes).DefaultHugePageKiB(Config.HugePageSizes);

    /// <summary>
    /// Bytes of memory for each number of <c>phys_device</c>, the hypervisor's unit of memory; 0 if that file is always 0.
    /// </summary>
    public long PhysDeviceBytes { get; init; }

    /// <inheritdoc cref="PhysicalMemory.MovableNode"/>
    public bool MovableNode { get; init; }

    /// <summary>The kernel's other build options.</summary>
    public KernelConfig Config { get; init; } = new();

    /// <summary>What the firmware states about vendor and product, by the names of <see cref="DmiNames.All"/>.</summary>
    public IReadOnlyDictionary<string, string> Dmi { get; init; } = DmiNames.None;

    /// <summary>The nodes that the machine can have, ascending by number.</summary>
    public required IReadOnlyList<NodeDefinition> Nodes { get; init; }

    /// <summary>How the CPUs of the nodes are arranged.</summary>
    public CpuDefinition Cpu { get; init; } = new();

    /// <summary>The memory at the beginning: boot memory and DIMMs. No block occurs twice.</summary>
    public required IReadOnlyList<MemoryRange> Memory { get; init; }

    /// <summary>Zones whose span and figures are known; those of the other zones follow from <see cref="Memory"/>.</summary>
    public IReadOnlyList<ZoneFigures> Zones { get; init; } = [];

    /// <summary>
    /// DIMMs to plug after boot, in this order. Where memory is added in logical blocks, one that <see cref="Memory"/> names is there already,
    /// with those of its blocks that <see cref="Memory"/> has.
    /// </summary>
    public IReadOnlyList<DimmDefinition> Dimms { get; init; } = [];

    /// <summary>The most memory that a partition with logical blocks can have; null to follow from its memory.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>True if the hypervisor offers a logical block once: after its removal it is not given again.</summary>
    public bool OffersBlocksOnce { get; init; }

    /// <summary>The logical blocks that the hypervisor does not give any more, ascending.</summary>
    public IReadOnlyList<int> SpentBlocks { get; init; } = [];

    /// <summary>
    /// The blocks of standby memory, ascending. Those that are not in <see cref="Memory"/> are offline at boot, or not configured where the
    /// kernel adds them on request.
    /// </summary>
    public IReadOnlyList<int> Standby { get; init; } = [];

    /// <summary>The firmware's map of the memory at boot; null if it follows from <see cref="Memory"/>.</summary>
    public IReadOnlyList<FirmwareRange>? FirmwareMap { get; init; }

    /// <summary>The virtio-mem devices. Those without an address are placed after <see cref="Dimms"/> were plugged.</summary>
    public IReadOnlyList<VirtioMemDefinition> VirtioMem { get; init; } = [];

    /// <summary>The memory of the dax bus, by the numbers of its regions. Those without an address are placed after the others.</summary>
    public IReadOnlyList<DaxDefinition> Dax { get; init; } = [];

    /// <summary>The PCI devices.</summary>
    public IReadOnlyList<PciDefinition> Pci { get; init; } = [];

    /// <summary>What uses memory, started at the end in this order.</summary>
    public IReadOnlyList<LoadDefinition> Loads { get; init; } = [];

    /// <summary>The faults that are injected from the beginning; they do not act on the boot.</summary>
    public IReadOnlyList<FaultDefinition> Faults { get; init; } = [];

    /// <summary>The parameters of module memory_hotplug at the beginning.</summary>
    public OnlinePolicySettings OnlinePolicy { get; init; } = new();

    /// <summary>The value of <c>auto_online_blocks</c> after <see cref="Dimms"/> are plugged.</summary>
    public OnlineType AutoOnline { get; init; } = OnlineType.Offline;

    /// <inheritdoc cref="Machine.MigrationRate"/>
    public MigrationRate MigrationRate { get; init; }
}

/// <summary>A node that the machine can have.</summary>
/// <param name="Number">0 to <see cref="MaxNumber"/>.</param>
/// <param name="Cpus">The numbers of the node's CPUs, ascending.</param>
public sealed record NodeDefinition(int Number, IReadOnlyList<int> Cpus)
{
    /// <inheritdoc cref="NumaNode.MaxNumber"/>
    public const int MaxNumber = NumaNode.MaxNumber;

    /// <summary>The distances to the possible nodes in their order. Empty: 10 to the node itself and 20 to the others.</summary>
    public IReadOnlyList<int> Distances { get; init; } = [];

    /// <summary>What the firmware states about the node.</summary>
    public NodeHardware Hardware { get; init; } = NodeHardware.Plain;

    /// <summary>Whether the node is online at boot without memory and CPUs; null as the architecture decides.</summary>
    public bool? IsOnline { get; init; }

    /// <summary>Pages of the memory maps of its zones, where the zones do not count them as present.</summary>
    public long MemmapPages { get; init; }

    /// <summary>The node's span if it is known; otherwise it follows from the node's memory.</summary>
    public PfnRange? Span { get; init; }

    /// <summary>Whether the node counts as one with normal memory, where the kernel never changes that; null if it follows from the memory.</summary>
    public bool? HasNormalMemory { get; init; }

    /// <summary>Number of huge pages of the default size to put into the node's pool at boot.</summary>
    public int HugePages { get; init; }

    /// <summary>Number of huge pages of other sizes to put into the node's pools at boot, ascending by size.</summary>
    public IReadOnlyList<(int SizeKiB, int Count)> OtherHugePages { get; init; } = [];

    /// <summary>Where the free huge pages of the node's pools are, in place of <see cref="HugePages"/>.</summary>
    public IReadOnlyList<PagesInBlock> FreeHugePages { get; init; } = [];

    /// <summary>Where the descriptors of the node's devices that were plugged after boot are.</summary>
    public IReadOnlyList<PagesInBlock> PageDescriptors { get; init; } = [];
}

/// <summary>Consecutive blocks with the same properties.</summary>
/// <param name="First">The first block.</param>
/// <param name="Count">Number of blocks.</param>
/// <param name="Node">Number of the node.</param>
/// <param name="Zones">The zone; several for boot memory that straddles a zone boundary.</param>
public sealed record MemoryRange(BlockId First, int Count, int Node, ZoneSet Zones)
{
    /// <summary>Online or offline.</summary>
    public MemoryBlockState State { get; init; } = MemoryBlockState.Online;

    /// <summary>True if each block holds kernel pages, which cannot be moved.</summary>
    public bool KernelPages { get; init; }

    /// <summary>Number of pages of each block that are not RAM.</summary>
    public int HolePages { get; init; }

    /// <summary>
    /// True if the blocks were added after boot and belong to no device: an ejected DIMM left them behind, or <c>probe</c> added them.
    /// </summary>
    public bool HotAdded { get; init; }

    /// <summary>True if the last page of each block is not RAM.</summary>
    public bool EndsInHole { get; init; }

    /// <summary>The last parts of a block that is on several nodes, ascending; the pages before them are on <see cref="Node"/>.</summary>
    public IReadOnlyList<NodePart> OtherNodes { get; init; } = [];

    /// <summary>The name of the DIMM that the blocks belong to, or null for boot memory.</summary>
    public string? Dimm { get; init; }

    /// <summary>The name of the virtio-mem device that the blocks belong to, or null.</summary>
    public string? VirtioMem { get; init; }

    /// <summary>The name of the dax device whose driver kmem added the blocks, or null.</summary>
    public string? Dax { get; init; }

    /// <summary>Number of bytes of each block that are plugged; null for all. Only blocks of virtio-mem devices can be plugged in part.</summary>
    public long? PluggedBytes { get; init; }

    /// <summary>
    /// True if each block is online and the flag that <c>online</c> shows is not set, as after auto-online in 4.9
    /// (docs/kernels.md, "auto_online_blocks").
    /// </summary>
    public bool OnlineWithoutDevice { get; init; }

    /// <summary>The page frame numbers of pages of the blocks that are retired (docs/kernels.md, "Retired pages").</summary>
    public IReadOnlyList<long> RetiredPages { get; init; } = [];

    /// <summary>True if pages of the blocks are in a zone of a node.</summary>
    public bool IsIn(int node, ZoneType zone) =>
        (Node == node && Zones.Has(zone)) || OtherNodes.Any(part => part.Node == node && part.Zone == zone);

    /// <summary>True for boot memory, which belongs to no device.</summary>
    public bool IsBoot => Dimm is null && VirtioMem is null && Dax is null;
}

/// <summary>The known figures of a zone.</summary>
/// <param name="Node">Number of the node.</param>
/// <param name="Type">Selects the zone of the node.</param>
/// <param name="Span">The pages from the first to the last one of the zone, holes included.</param>
/// <param name="PresentPages">Number of pages that are online in the zone.</param>
/// <param name="ManagedPages">Number of online pages that the page allocator manages.</param>
/// <param name="Initialized">True if the zone had memory at some time.</param>
public sealed record ZoneFigures(int Node, ZoneType Type, PfnRange Span, long PresentPages, long ManagedPages, bool Initialized)
{
    /// <summary>Number of online pages that are boot memory.</summary>
    public long PresentBootPages { get; init; }

    /// <summary>Number of managed pages that the kernel uses from boot on.</summary>
    public long UsedPages { get; init; }

    /// <summary>The watermarks at boot if they are known; otherwise they follow from the memory.</summary>
    public ZoneMarks? Marks { get; init; }
}

/// <summary>A virtio-mem device to plug.</summary>
/// <param name="Id">The user's name for it; see <see cref="DimmDefinition.IdForm"/>.</param>
/// <param name="Node">Number of the node.</param>
/// <param name="MaxBytes">The size of its region, a multiple of the block size.</param>
/// <param name="Address">The physical address of its region, a multiple of the block size; null for the next one after all other memory.</param>
public sealed record VirtioMemDefinition(string Id, int Node, long MaxBytes, long? Address)
{
    /// <summary>The size that is requested. A device without blocks in <see cref="MachineDefinition.Memory"/> is resized at boot.</summary>
    public long SizeBytes { get; init; }

    /// <summary>True if the driver has tried in vain to plug the first block, and tries again as time passes.</summary>
    public bool IsRetrying { get; init; }
}

/// <summary>A DIMM to plug.</summary>
/// <param name="Id">The user's name for it; see <see cref="IdForm"/>.</param>
/// <param name="Node">Number of the node.</param>
/// <param name="SizeBytes">The size, a multiple of the block size.</param>
/// <param name="Address">The physical address, a multiple of the block size; null for the next one after all other memory.</param>
public sealed record DimmDefinition(string Id, int Node, long SizeBytes, long? Address)
{
    /// <summary>False if the hypervisor only offers the memory, and the kernel adds none of it until it is told to. For logical blocks.</summary>
    public bool IsAssigned { get; init; } = true;

    /// <summary>The form of a name, for messages.</summary>
    public const string IdForm = ObjectNames.Form + ", and not plug or unplug";

    /// <summary>True if the text can be a name, which also names a directory beside the files <c>plug</c> and <c>unplug</c>.</summary>
    public static bool IsId(string id) => ObjectNames.IsName(id) && id is not ("plug" or "unplug");
}
