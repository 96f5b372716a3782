using System.Collections.Immutable;

namespace HotplugFs.Engine.Memory;

/// <summary>
/// A processor architecture, as far as memory hotplug depends on it. What also depends on the kernel's version is in the catalogue of
/// kernels. Source: docs/kernels.md, "Architectures".
/// </summary>
public sealed record Architecture
{
    private const long Mebi = 1L << 20;
    private const long Gibi = 1L << 30;
    private const long Unlimited = PhysicalMemory.AddressSpaceEnd;

    /// <summary>Memory that the firmware gives out late exists on x86 only (CONFIG_UNACCEPTED_MEMORY).</summary>
    private static readonly KernelConfig NotX86 = new() { HiddenStatistics = ["Unaccepted", "nr_unaccepted"] };

    /// <summary>The name in machine files, as uname(2) returns it.</summary>
    public required string Name { get; init; }

    /// <summary>The zones, ascending, with the addresses of boot memory in them; the last is Movable.</summary>
    public required ImmutableArray<ZoneLimits> Zones { get; init; }

    /// <summary>The sizes of pages, the usual one first.</summary>
    public required ImmutableArray<PageSize> PageSizes { get; init; }

    /// <summary>How memory is added.</summary>
    public HotplugMethod Hotplug { get; init; }

    /// <summary>The name of the ACPI device that contains those of the DIMMs; null if DIMMs have no such devices.</summary>
    public string? AcpiContainer { get; init; }

    /// <summary>The firmware's map of the memory is in <c>/sys/firmware/memmap</c>.</summary>
    public bool HasFirmwareMap { get; init; }

    /// <summary>The hypervisor can hold memory in reserve.</summary>
    public bool HasStandby { get; init; }

    /// <summary>The lowest address that emulators give to memory that is plugged without one.</summary>
    public long DevicesFrom { get; init; }

    /// <summary>Boot memory that holds no hole and no unmovable page still cannot go offline: EPERM.</summary>
    public bool KeepsBootMemory { get; init; }

    /// <summary>Every possible node is online at boot, also without memory and CPUs.</summary>
    public bool BootsAllNodes { get; init; }

    /// <summary>The defaults of the build options of its kernels.</summary>
    public KernelConfig Config { get; init; } = new();

    /// <summary>The types of the zones, ascending. An array, because enumerating through an interface allocates.</summary>
    public ImmutableArray<ZoneType> ZoneTypes => field.IsDefault ? field = [.. Zones.Select(zone => zone.Type)] : field;

    /// <summary>64-bit x86.</summary>
    public static Architecture X86_64 { get; } = new()
    {
        Name = "x86_64",
        Zones =
        [
            new(ZoneType.Dma, 0, 16 * Mebi), new(ZoneType.Dma32, 0, 4 * Gibi), new(ZoneType.Normal, 4 * Gibi, Unlimited),
            new(ZoneType.Movable, 0, Unlimited),
        ],
        PageSizes = [new(PageSize.Usual, 16 * Mebi)],
        AcpiContainer = "PNP0A06:04",
        HasFirmwareMap = true,
        DevicesFrom = 4 * Gibi,
    };

    /// <summary>32-bit x86, where memory above 896 MiB is HighMem.</summary>
    public static Architecture I386 { get; } = new()
    {
        Name = "i386",
        Zones =
        [
            new(ZoneType.Dma, 0, 16 * Mebi), new(ZoneType.Normal, 0, 896 * Mebi), new(ZoneType.HighMem, 896 * Mebi, 64 * Gibi),
            new(ZoneType.Movable, 0, 64 * Gibi),
        ],
        PageSizes = [new(PageSize.Usual, 16 * Mebi)],
        AcpiContainer = "PNP0A06:04",
        HasFirmwareMap = true,
        DevicesFrom = 4 * Gibi,
    };

    /// <summary>64-bit ARM. Which memory is DMA and DMA32 depends on the machine: it may be all of it.</summary>
    public static Architecture Arm64 { get; } = new()
    {
        Name = "arm64",
        Zones =
        [
            new(ZoneType.Dma, 0, Unlimited), new(ZoneType.Dma32, 0, Unlimited), new(ZoneType.Normal, 0, Unlimited),
            new(ZoneType.Movable, 0, Unlimited),
        ],
        PageSizes =
        [
            new(PageSize.Usual, 128 * Mebi),
            new(16384, 128 * Mebi) { HugePageKiB = 32768, HugePageSizes = [2048, 32768, 1048576], MaxOrder = 11 },
            new(65536, 512 * Mebi) { HugePageKiB = 524288, HugePageSizes = [2048, 524288, 16777216], MaxOrder = 13 },
        ],
        AcpiContainer = "PNP0A06:01",
        KeepsBootMemory = true,
        Config = NotX86 with { HugePageSizes = [64, 2048, 32768, 1048576], CpuListSize = PageSize.Usual },
        BootsAllNodes = true,
    };

    /// <summary>64-bit POWER, little endian, as a partition (pseries).</summary>
    public static Architecture Ppc64le { get; } = new()
    {
        Name = "ppc64le",
        Zones = [new(ZoneType.Normal, 0, Unlimited), new(ZoneType.Movable, 0, Unlimited)],
        PageSizes =
        [
            new(65536, 16 * Mebi) { HashHugePageKiB = 16384, MaxOrder = 8 },
            new(PageSize.Usual, 16 * Mebi) { HashHugePageKiB = 16384, MaxOrder = 12 },
        ],
        Hotplug = HotplugMethod.LogicalBlocks,
        Config = NotX86 with { MemoryProbe = true, HugePageSizes = [2048, 1048576], CpuListSize = 7168 },
    };

    /// <summary>IBM Z.</summary>
    public static Architecture S390x { get; } = new()
    {
        Name = "s390x",
        Zones = [new(ZoneType.Dma, 0, 2 * Gibi), new(ZoneType.Normal, 2 * Gibi, Unlimited), new(ZoneType.Movable, 0, Unlimited)],
        PageSizes = [new(PageSize.Usual, 256 * Mebi) { HugePageKiB = 1024, HugePageSizes = [1024, 2097152] }],
        HasStandby = true,
        Config = NotX86 with { PowerManagement = false, MemoryFailure = false, Numa = false, Dimms = false, CpuListSize = PageSize.Usual },
    };

    /// <summary>64-bit RISC-V.</summary>
    public static Architecture Riscv64 { get; } = new()
    {
        Name = "riscv64",
        Zones = [new(ZoneType.Dma32, 0, 4 * Gibi), new(ZoneType.Normal, 0, Unlimited), new(ZoneType.Movable, 0, Unlimited)],
        PageSizes = [new(PageSize.Usual, 128 * Mebi)],
        Config = NotX86 with { CpuListSize = PageSize.Usual },
    };

    /// <summary>Every architecture that can be simulated.</summary>
    public static IReadOnlyList<Architecture> All { get; } = [X86_64, I386, Arm64, Ppc64le, S390x, Riscv64];

    /// <summary>Returns the limits of a zone; null if the architecture does not have the zone.</summary>
    public ZoneLimits? LimitsOf(ZoneType type) => Zones.FirstOrDefault(limits => limits.Type == type);

    /// <summary>The defaults of the build options of its kernels with a size of pages.</summary>
    /// <param name="pageSizeBytes">One of <see cref="PageSizes"/>.</param>
    public KernelConfig ConfigFor(int pageSizeBytes) => PageSizeOf(pageSizeBytes) is { HugePageSizes: { Count: > 0 } sizes }
        ? Config with { HugePageSizes = sizes }
        : Config;

    /// <summary>Returns what follows from a size of pages; the usual size if the architecture does not have it.</summary>
    public PageSize PageSizeOf(int bytes)
    {
        foreach (var size in PageSizes)
            if (size.Bytes == bytes)
                return size;
        return PageSizes[0];
    }

    /// <summary>Finds an architecture by its name in machine files.</summary>
    public static Architecture? Find(string name) => All.FirstOrDefault(architecture => architecture.Name == name);
}
