namespace HotplugFs.Engine.Memory;

/// <summary>The states of a memory block (MEM_ONLINE, MEM_OFFLINE, MEM_GOING_OFFLINE).</summary>
public enum MemoryBlockState : byte
{
    /// <summary>Not in use.</summary>
    Offline,

    /// <summary>In use.</summary>
    Online,

    /// <summary>About to go offline.</summary>
    GoingOffline,
}
