using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine;

/// <summary>A machine as it stands when the simulation begins.</summary>
/// <remarks>
/// <see cref="Machine"/> takes it as it is: what reads machines from files checks them first and names the line at fault.
/// </remarks>
public sealed record MachineDefinition
{
    /// <summary>Bytes in a memory block: a power of two from 16 MiB to 64 GiB.</summary>
    public required long BlockSizeBytes { get; init; }

    /// <summary>Which zones there are.</summary>
    public Architecture Architecture { get; init; } = Architecture.X86_64;

    /// <summary>The kernel was built with CONFIG_MOVABLE_NODE: a node may have nothing but movable memory.</summary>
    public bool MovableNode { get; init; }

    /// <summary>What else the kernel was built with.</summary>
    public KernelConfig Config { get; init; } = new();

    /// <summary>The nodes that the machine can have, ascending by number.</summary>
    public required IReadOnlyList<NodeDefinition> Nodes { get; init; }

    /// <summary>The memory that is there at the beginning, boot memory and dimms alike; no block twice.</summary>
    public required IReadOnlyList<MemoryRange> Memory { get; init; }

    /// <summary>Zones whose span and figures are known; every other zone's follow from <see cref="Memory"/>.</summary>
    public IReadOnlyList<ZoneFigures> Zones { get; init; } = [];

    /// <summary>Dimms to add after that, in this order, as by hotplug.</summary>
    public IReadOnlyList<DimmDefinition> Dimms { get; init; } = [];

    /// <summary>The parameters of module memory_hotplug.</summary>
    public OnlinePolicySettings OnlinePolicy { get; init; } = new();

    /// <summary>What <c>auto_online_blocks</c> says at the beginning; it takes effect after <see cref="Dimms"/> were added.</summary>
    public OnlineType AutoOnline { get; init; } = OnlineType.Offline;
}

/// <summary>What a kernel was built with, as far as files show it; by default like a distribution's kernel.</summary>
public sealed record KernelConfig
{
    /// <summary>CONFIG_PM: every device has a directory <c>power</c>.</summary>
    public bool PowerManagement { get; init; } = true;

    /// <summary>memory_hotplug.memmap_on_memory: what the parameter says; it changes no zone and no state (modern.md).</summary>
    public bool MemmapOnMemory { get; init; }

    /// <summary>CONFIG_MEMORY_FAILURE: <c>soft_offline_page</c> and <c>hard_offline_page</c> are there.</summary>
    public bool MemoryFailure { get; init; } = true;
}

/// <summary>A node that the machine can have.</summary>
/// <param name="Number">0 to 1023.</param>
/// <param name="Cpus">Numbers of its CPUs, ascending.</param>
public sealed record NodeDefinition(int Number, IReadOnlyList<int> Cpus)
{
    /// <summary>Highest number of a node (MAX_NUMNODES - 1).</summary>
    public const int MaxNumber = 1023;

    /// <summary>Distances to the possible nodes in their order; empty for 10 to itself and 20 to the others.</summary>
    public IReadOnlyList<int> Distances { get; init; } = [];

    /// <summary>The span of the node, if it is known; else it follows from its memory.</summary>
    public PfnRange? Span { get; init; }
}

/// <summary>A run of blocks that are alike.</summary>
/// <param name="First">Its first block.</param>
/// <param name="Count">Number of blocks.</param>
/// <param name="Node">Number of the node.</param>
/// <param name="Zones">The zone; several for boot blocks that straddle a boundary.</param>
public sealed record MemoryRange(BlockId First, int Count, int Node, ZoneSet Zones)
{
    /// <summary>Online or offline.</summary>
    public MemoryBlockState State { get; init; } = MemoryBlockState.Online;

    /// <summary>Each block holds kernel pages that cannot be moved.</summary>
    public bool KernelPages { get; init; }

    /// <summary>Pages of each block that are not RAM.</summary>
    public int HolePages { get; init; }

    /// <summary>The last page of each block is not RAM.</summary>
    public bool EndsInHole { get; init; }

    /// <summary>Name of the dimm that the blocks are, or null for boot memory.</summary>
    public string? Dimm { get; init; }
}

/// <summary>What is known of a zone beforehand.</summary>
/// <param name="Node">Number of the node.</param>
/// <param name="Type">Which zone of it.</param>
/// <param name="Span">Its span.</param>
/// <param name="PresentPages">Pages online in it.</param>
/// <param name="ManagedPages">Pages of those that the allocator hands out.</param>
/// <param name="Initialized">Anything was ever in it.</param>
public sealed record ZoneFigures(int Node, ZoneType Type, PfnRange Span, long PresentPages, long ManagedPages, bool Initialized)
{
    /// <summary>Pages online in it that were there at boot.</summary>
    public long PresentBootPages { get; init; }
}

/// <summary>A dimm to add.</summary>
/// <param name="Id">Its name: letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, at most 64, not starting with a dot.</param>
/// <param name="Node">Number of the node.</param>
/// <param name="SizeBytes">Its size, a multiple of the block size.</param>
/// <param name="Address">Its physical address, a multiple of the block size; null for the first gap above everything else.</param>
public sealed record DimmDefinition(string Id, int Node, long SizeBytes, long? Address)
{
    /// <summary>Longest name.</summary>
    public const int IdLengthMax = 64;

    /// <summary>What a name must be, for messages.</summary>
    public const string IdForm = "1 to 64 letters, digits, -, _ and . (not first), and not plug or unplug";

    /// <summary>True if the text can be a name: it becomes one of a directory beside the files <c>plug</c> and <c>unplug</c>.</summary>
    /// <param name="id">The text.</param>
    public static bool IsId(string id) =>
        id.Length is > 0 and <= IdLengthMax && id[0] != '.' && id is not ("plug" or "unplug")
        && id.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');
}
