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

    /// <summary>
    /// A request to online a block that is online already fails, but is remembered for the block's next online
    /// (docs/kernels.md, "The remembered request").
    /// </summary>
    public bool RemembersRequestsWhileOnline { get; init; }

    /// <summary>A node can have movable memory only, whatever the kernel was built with.</summary>
    public bool HasMovableOnlyNodes { get; init; }

    /// <summary>
    /// The CPUs present at boot put their node into <c>has_cpu</c>. Linux 4.4 counts only hotplugged CPUs (recordings <c>4.4-*</c>).
    /// </summary>
    public bool CountsBootCpus { get; init; }

    /// <summary>
    /// Automatic onlining changes the block's state but not the flag that <c>online</c> shows (4.7 to 4.10; docs/kernels.md,
    /// "auto_online_blocks").
    /// </summary>
    public bool AutoOnlineLeavesDeviceFlag { get; init; }

    /// <summary>A block with a poisoned page cannot be onlined again; the request fails with EHWPOISON.</summary>
    public bool RefusesPoisonedBlocks { get; init; }
}
