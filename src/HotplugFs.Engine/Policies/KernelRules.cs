namespace HotplugFs.Engine.Policies;

/// <summary>The rules of one kernel: how it manages memory, whatever files it has.</summary>
/// <remarks>Versions are written in the catalogue of kernels only. All other code asks for a rule.</remarks>
public sealed record KernelRules
{
    /// <summary>The kernel's version, as users name it: <c>4.9</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The rules about zones: the zone of added memory, which online requests are allowed, what <c>valid_zones</c> lists.
    /// </summary>
    public required ZonePolicy Zones { get; init; }

    /// <summary>How it places and moves pages.</summary>
    public PageRules Pages { get; init; } = new();

    /// <summary>
    /// A request to online a block that is online already fails, but is remembered for the block's next online
    /// (docs/kernels.md, "The remembered request").
    /// </summary>
    public bool RemembersRequestsWhileOnline { get; init; }

    /// <summary>A node can have movable memory only, whatever the kernel was built with.</summary>
    public bool HasMovableOnlyNodes { get; init; }

    /// <summary>
    /// Online and offline do not change <c>has_normal_memory</c>: it keeps the nodes whose boot memory the kernel can use
    /// (docs/kernels.md, "Node states").
    /// </summary>
    public bool FreezesNormalMemory { get; init; }

    /// <summary>Nodes with a generic initiator are online from boot on.</summary>
    public bool HasGenericInitiators { get; init; }

    /// <summary>
    /// The CPUs present at boot put their node into <c>has_cpu</c>. Linux 4.4 counts only hotplugged CPUs (recordings <c>4.4-*</c>).
    /// </summary>
    public bool CountsBootCpus { get; init; }

    /// <summary>
    /// Automatic onlining changes the block's state but not the flag that <c>online</c> shows (4.7 to 4.10; docs/kernels.md,
    /// "auto_online_blocks").
    /// </summary>
    public bool AutoOnlineLeavesDeviceFlag { get; init; }

    /// <summary>
    /// The zones of a node that comes online again are as new. Otherwise those that were in use stay initialized
    /// (docs/kernels.md, "Zone moves up to 4.12").
    /// </summary>
    public bool ForgetsZonesOfRemovedNodes { get; init; }

    /// <summary>
    /// A signal does not end the wait for a running offline: the operation begins after it, and is then given up.
    /// </summary>
    public bool WaitersIgnoreSignals { get; init; }

    /// <summary>The uevent of a node that its first blocks add is sent before theirs; otherwise after theirs.</summary>
    public bool AnnouncesNodesFirst { get; init; }

    /// <summary>
    /// An ejected DIMM leaves its blocks behind, offline or, if one could not go offline, online. A DIMM that is plugged there later gets
    /// them as they are.
    /// </summary>
    public bool EjectKeepsBlocks { get; init; }

    /// <summary>A page that is retired already can be retired again by <c>hard_offline_page</c>; otherwise that is EHWPOISON.</summary>
    public bool RetiresPagesAgain { get; init; }

    /// <summary><c>soft_offline_page</c> of a page that is retired already fails with EBUSY; otherwise it succeeds.</summary>
    public bool RetiredPagesAreBusy { get; init; }

    /// <summary><c>hard_offline_page</c> where no block is fails with EBUSY; otherwise with ENXIO.</summary>
    public bool AbsentPagesAreBusy { get; init; }

    /// <summary>Bits of a physical address (MAX_PHYSMEM_BITS; docs/kernels.md, "Physical addresses").</summary>
    public int AddressBits { get; init; } = 46;

    /// <summary>The same of a kernel with pages of 64 KiB; 0 if their size does not matter.</summary>
    public int AddressBitsOf64K { get; init; }

    /// <summary>A block that is probed beyond the end of the physical addresses is refused with E2BIG; otherwise with EEXIST.</summary>
    public bool ChecksProbedRange { get; init; }

    /// <summary>Standby memory is added when it is configured, not at boot.</summary>
    public bool ConfiguresStandby { get; init; }

    /// <summary>virtio-mem devices can be used.</summary>
    public bool HasVirtioMem { get; init; }

    /// <summary>
    /// A virtio-mem driver of an early kernel: it changes its size by multiples of 4 MiB, and takes online blocks from the top, whatever
    /// their zone (docs/kernels.md, "virtio-mem").
    /// </summary>
    public bool HasEarlyVirtioMem { get; init; }

    /// <summary>The kernel has the dax bus with regions (docs/kernels.md, "Dax devices").</summary>
    public bool HasDax { get; init; }

    /// <summary>Driver kmem takes the memory that the firmware keeps for a purpose, in place of device_dax.</summary>
    public bool KmemTakesReservedMemory { get; init; }

    /// <summary>A range of a wrong size is accepted by the file <c>mapping</c> of a dax device, and changes nothing.</summary>
    public bool AcceptsUnalignedDaxMapping { get; init; }

    /// <summary>The memory of a dax device that kmem has can be unplugged and plugged (file <c>state</c>).</summary>
    public bool HasDaxState { get; init; }

    /// <summary>The parameter memmap_on_memory exists (docs/kernels.md, "memmap_on_memory").</summary>
    public bool HasMemmapOnMemory { get; init; }

    /// <summary>
    /// A DIMM of several blocks can hold its memory map, too, and the parameter memmap_on_memory has the value <c>force</c>.
    /// </summary>
    public bool HasMemmapOfEachBlock { get; init; }

    /// <summary>A block with a poisoned page cannot be onlined again; the request fails with EHWPOISON.</summary>
    public bool RefusesPoisonedBlocks { get; init; }

    /// <summary>A free page that is retired is no free page any more; otherwise MemFree still counts it.</summary>
    public bool TakesPoisonedFreePages { get; init; }

    /// <summary>The poisoned pages of a block that goes offline are as new when it comes online again, and are counted for ever.</summary>
    public bool ForgetsPoisonedPages { get; init; }

    /// <summary>Returns the end of the physical addresses of memory: that of the kernel, or of the numbers of blocks.</summary>
    public long AddressEnd(int pageSizeBytes, long blockSizeBytes)
    {
        var bits = pageSizeBytes == 65536 && AddressBitsOf64K > 0 ? AddressBitsOf64K : AddressBits;
        return Math.Min(1L << bits, PhysicalMemory.AddressEndOf(blockSizeBytes));
    }

    /// <summary>Returns how many pages of each block of a new DIMM hold the block's own memory map: those of whole pageblocks.</summary>
    /// <param name="setting">The value of memmap_on_memory.</param>
    /// <param name="blocks">The number of blocks that the DIMM has.</param>
    /// <returns>The number; 0 if the map is elsewhere, as where it would take a whole block.</returns>
    public long MemmapPages(MemmapOnMemory setting, PhysicalMemory memory, int blocks)
    {
        var isUsed = setting == MemmapOnMemory.Force ? HasMemmapOfEachBlock : setting == MemmapOnMemory.Yes && HasMemmapOnMemory;
        if (!isUsed || (blocks > 1 && !HasMemmapOfEachBlock))
            return 0;
        var (pages, pageblock) = (memory.DescriptorPagesPerBlock, memory.PagesPerPageblock);
        var rest = pages % pageblock;
        if (rest == 0)
            return pages;
        var whole = pages - rest + pageblock;
        return setting == MemmapOnMemory.Force && whole < memory.PagesPerBlock ? whole : 0;
    }
}
