namespace HotplugFs.Engine.Memory;

/// <summary>What was requested for the memory of a dax device that driver kmem has (file <c>state</c>).</summary>
public enum DaxMemoryState
{
    /// <summary>The memory is not in the machine.</summary>
    Unplugged,

    /// <summary>The memory was added, and automatic onlining was off.</summary>
    Offline,

    /// <summary>The memory was onlined in the zone that the kernel chooses.</summary>
    Online,

    /// <summary>The memory was onlined for the kernel itself.</summary>
    OnlineKernel,

    /// <summary>The memory was onlined in zone Movable.</summary>
    OnlineMovable,
}

/// <summary>The words of the states, and the requests for blocks that belong to them.</summary>
public static class DaxMemoryStates
{
    /// <summary>The states that can be requested.</summary>
    public static IReadOnlyList<DaxMemoryState> Requests { get; } =
        [DaxMemoryState.Unplugged, DaxMemoryState.Online, DaxMemoryState.OnlineKernel, DaxMemoryState.OnlineMovable];

    /// <summary>The state of memory whose blocks were added with a request.</summary>
    public static DaxMemoryState After(OnlineType request) => request switch
    {
        OnlineType.Online => DaxMemoryState.Online,
        OnlineType.OnlineKernel => DaxMemoryState.OnlineKernel,
        OnlineType.OnlineMovable => DaxMemoryState.OnlineMovable,
        _ => DaxMemoryState.Offline,
    };

    /// <summary>The request for the blocks of a state; offline for unplugged memory, which has none.</summary>
    public static OnlineType Request(this DaxMemoryState state) => state switch
    {
        DaxMemoryState.Online => OnlineType.Online,
        DaxMemoryState.OnlineKernel => OnlineType.OnlineKernel,
        DaxMemoryState.OnlineMovable => OnlineType.OnlineMovable,
        _ => OnlineType.Offline,
    };

    /// <summary>What the file reads as, without the newline.</summary>
    public static string Word(this DaxMemoryState state) => state == DaxMemoryState.Unplugged ? "unplugged" : state.Request().Word();
}
