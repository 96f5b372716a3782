namespace HotplugFs.Engine.Memory;

/// <summary>The rules by which requests are refused or ignored. Their words are stable; docs/rules.md lists them.</summary>
public enum RefusalRule
{
    /// <summary>Only the block at the boundary of two zones can move between them (up to 4.12).</summary>
    NotAtBoundary,

    /// <summary>A zone between the two has been in use (3.8 to 4.6).</summary>
    ZoneBetween,

    /// <summary>A movable block needs online normal memory on its node (without CONFIG_MOVABLE_NODE).</summary>
    NeedsNormalMemory,

    /// <summary>The block is the last normal memory of a node that has movable memory (without CONFIG_MOVABLE_NODE).</summary>
    LastNormalMemory,

    /// <summary>The pages of the block are in several zones.</summary>
    SeveralZones,

    /// <summary>Some pages of the block are not RAM.</summary>
    NotRam,

    /// <summary>A page is retired because of a memory error.</summary>
    PageRetired,

    /// <summary>The pages cannot be moved away: the kernel uses them, or they are pinned or huge.</summary>
    UnmovablePages,

    /// <summary>There is no room for the pages elsewhere.</summary>
    NoRoom,

    /// <summary>The pages did not move within 120 s (up to 4.14).</summary>
    TimedOut,

    /// <summary>A signal ended the operation.</summary>
    Signal,

    /// <summary>A notifier refused.</summary>
    Notifier,

    /// <summary>A fault that is injected (docs/faults.md).</summary>
    Fault,

    /// <summary>The block is online already.</summary>
    AlreadyOnline,

    /// <summary>The block is offline already.</summary>
    AlreadyOffline,

    /// <summary>A block of the DIMM stays online.</summary>
    BlockStaysOnline,

    /// <summary>A block is online although its device is not (auto_online_blocks of 4.9).</summary>
    OnlineWithoutDevice,

    /// <summary>An address or a size is not a multiple of what it has to be.</summary>
    NotAligned,

    /// <summary>An address or a size is beyond what is possible.</summary>
    OutOfRange,

    /// <summary>A name or a block is taken.</summary>
    Taken,

    /// <summary>There is no such block, node, device or load.</summary>
    NotFound,

    /// <summary>The memory that the request needs is offline.</summary>
    MemoryOffline,

    /// <summary>There is not enough free memory.</summary>
    NotEnoughMemory,

    /// <summary>The device still has memory.</summary>
    StillInUse,

    /// <summary>The kernel or the machine cannot do this.</summary>
    NotSupported,

    /// <summary>There are as many as possible.</summary>
    TooMany,

    /// <summary>Another operation is under way, so that the state cannot be saved.</summary>
    OperationWaits,

    /// <summary>Another state was restored while the operation waited.</summary>
    StateRestored,

    /// <summary>The text is not what the file accepts.</summary>
    InvalidText,
}

/// <summary>The words for rules.</summary>
public static class RefusalRules
{
    private static readonly string[] Words = [.. Enum.GetNames<RefusalRule>().Select(Word)];

    /// <summary>The stable name of a rule: <c>not-at-boundary</c>.</summary>
    public static string Word(this RefusalRule rule) => Words[(int)rule];

    private static string Word(string name) =>
        string.Concat(name.Select((letter, index) => (index > 0 && char.IsUpper(letter) ? "-" : "") + char.ToLowerInvariant(letter)));
}
