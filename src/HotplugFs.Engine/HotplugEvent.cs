namespace HotplugFs.Engine;

/// <summary>What happened to the machine.</summary>
public enum HotplugEventKind
{
    /// <summary>A block is there now; number = block.</summary>
    BlockAdded,

    /// <summary>A block has gone; number = block. Its node is known from <see cref="HotplugEvent.Node"/>.</summary>
    BlockRemoved,

    /// <summary>A block came online; number = block.</summary>
    BlockOnline,

    /// <summary>A block went offline; number = block.</summary>
    BlockOffline,

    /// <summary>A node came online; number = node.</summary>
    NodeAdded,

    /// <summary>A node went offline; number = node.</summary>
    NodeRemoved,

    /// <summary>A dimm is there now; number = its index.</summary>
    DimmAdded,

    /// <summary>A dimm has gone; number = its index.</summary>
    DimmRemoved,
}

/// <summary>Something that happened to the machine, told after the machine shows it.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Number">To which block, node or dimm.</param>
/// <param name="Node">The node that it belongs to.</param>
/// <param name="Name">The dimm's name; empty for blocks and nodes.</param>
public readonly record struct HotplugEvent(HotplugEventKind Kind, int Number, int Node, string Name = "");
