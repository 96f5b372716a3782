namespace HotplugFs.Engine.Memory;

/// <summary>The states of a memory block (MEM_ONLINE and its kin).</summary>
public enum MemoryBlockState : byte
{
    /// <summary>Not in use; its pages belong to nobody.</summary>
    Offline,

    /// <summary>In use.</summary>
    Online,

    /// <summary>Being taken out of use; <c>state</c> shows this word meanwhile.</summary>
    GoingOffline,
}

/// <summary>What a request asks a block to become (MMOP_*).</summary>
public enum OnlineType : byte
{
    /// <summary>Online in the zone that the kernel's rule picks: <c>online</c>. In the eras up to 4.11 the zone is kept.</summary>
    Online,

    /// <summary>Online in a zone that the kernel itself may use: <c>online_kernel</c>.</summary>
    OnlineKernel,

    /// <summary>Online in zone Movable: <c>online_movable</c>.</summary>
    OnlineMovable,

    /// <summary>Offline: <c>offline</c>.</summary>
    Offline,
}

/// <summary>The words of <see cref="OnlineType"/> and <see cref="MemoryBlockState"/>, used for reading and for writing.</summary>
public static class StateWords
{
    private static readonly string[] Requests = ["online", "online_kernel", "online_movable", "offline"];
    private static readonly string[] States = ["offline", "online", "going-offline"];

    /// <summary>Every request, in the order of the type's numbers.</summary>
    public static IReadOnlyList<OnlineType> AllRequests { get; } =
        [OnlineType.Online, OnlineType.OnlineKernel, OnlineType.OnlineMovable, OnlineType.Offline];

    /// <summary>The word that asks for it.</summary>
    /// <param name="request">The request.</param>
    public static string Word(this OnlineType request) => Requests[(int)request];

    /// <summary>The word that <c>state</c> shows.</summary>
    /// <param name="state">The state.</param>
    public static string Word(this MemoryBlockState state) => States[(int)state];
}
