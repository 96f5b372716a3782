namespace HotplugFs.Engine;

/// <summary>A change of the machine, raised after the machine shows it.</summary>
public abstract record HotplugEvent;

/// <summary>A block was added.</summary>
public sealed record BlockAdded(BlockId Block, NumaNode Node) : HotplugEvent;

/// <summary>A block was removed.</summary>
/// <param name="Node">The node that the block belonged to.</param>
public sealed record BlockRemoved(BlockId Block, NumaNode Node) : HotplugEvent;

/// <summary>A block's device is online now.</summary>
public sealed record BlockOnline(BlockId Block) : HotplugEvent;

/// <summary>A block's device is offline now.</summary>
public sealed record BlockOffline(BlockId Block) : HotplugEvent;

/// <summary>A node came online with its first block.</summary>
public sealed record NodeAdded(NumaNode Node) : HotplugEvent;

/// <summary>A node without a CPU went offline with its last block.</summary>
public sealed record NodeRemoved(NumaNode Node) : HotplugEvent;

/// <summary>The firmware's device of a DIMM that is being plugged exists.</summary>
public sealed record FirmwareDeviceAdded(Dimm Dimm) : HotplugEvent;

/// <summary>The firmware's device of an ejected DIMM is gone.</summary>
public sealed record FirmwareDeviceRemoved(Dimm Dimm) : HotplugEvent;

/// <summary>A DIMM was plugged and, if automatic onlining is set, onlined.</summary>
public sealed record DimmAdded(Dimm Dimm) : HotplugEvent;

/// <summary>A DIMM was unplugged.</summary>
public sealed record DimmRemoved(Dimm Dimm) : HotplugEvent;

/// <summary>A device of the dax bus was created.</summary>
public sealed record DaxAdded(DaxDevice Device) : HotplugEvent;

/// <summary>A device of the dax bus was deleted.</summary>
public sealed record DaxRemoved(DaxDevice Device) : HotplugEvent;

/// <summary>A device of the dax bus has a driver now.</summary>
public sealed record DaxBound(DaxDevice Device) : HotplugEvent;

/// <summary>A device of the dax bus has lost its driver.</summary>
/// <param name="Driver">The driver that it had.</param>
public sealed record DaxUnbound(DaxDevice Device, DaxDriver Driver) : HotplugEvent;

/// <summary>A CPU is online now.</summary>
public sealed record CpuOnline(int Cpu) : HotplugEvent;

/// <summary>A CPU is offline now.</summary>
public sealed record CpuOffline(int Cpu) : HotplugEvent;

/// <summary>A load was started.</summary>
/// <param name="Id">The load's name.</param>
public sealed record LoadAdded(string Id) : HotplugEvent;

/// <summary>A load was stopped, or killed for its memory.</summary>
/// <param name="Id">The load's name.</param>
public sealed record LoadRemoved(string Id) : HotplugEvent;
