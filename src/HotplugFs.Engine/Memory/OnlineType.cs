namespace HotplugFs.Engine.Memory;

/// <summary>The requests that can be written to <c>state</c> (MMOP_*).</summary>
public enum OnlineType : byte
{
    /// <summary><c>online</c>: online in the zone that the kernel chooses; kernels up to 4.11 keep the block's zone.</summary>
    Online,

    /// <summary><c>online_kernel</c>: online in a zone that the kernel itself may use.</summary>
    OnlineKernel,

    /// <summary><c>online_movable</c>: online in zone Movable.</summary>
    OnlineMovable,

    /// <summary><c>offline</c>.</summary>
    Offline,
}
