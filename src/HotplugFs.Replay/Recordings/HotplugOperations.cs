namespace HotplugFs.Replay.Recordings;

/// <summary>Plugs a DIMM.</summary>
internal sealed record PlugOperation : FallibleOperation
{
    /// <summary>The name of the DIMM.</summary>
    public required string Id { get; init; }

    /// <summary>The number of the node.</summary>
    public required long Node { get; init; }

    /// <summary>The size, in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The physical address asked for, in bytes; absent to let the emulator choose.</summary>
    public long? AtAddr { get; init; }

    /// <summary>The physical address that the DIMM got, in bytes.</summary>
    public long? Addr { get; init; }

    /// <summary>The kernel's answer to the firmware (_OST): event and status; [1, 0] is a success. Not compared.</summary>
    public IReadOnlyList<int>? Ost { get; init; }
}

/// <summary>Asks the kernel to eject a DIMM.</summary>
internal sealed record UnplugOperation : FallibleOperation
{
    /// <summary>The name of the DIMM.</summary>
    public required string Id { get; init; }

    /// <inheritdoc cref="PlugOperation.Ost"/>
    public IReadOnlyList<int>? Ost { get; init; }
}

/// <summary>Plugs a virtio-mem device, without memory at first.</summary>
internal sealed record PlugVirtioMemOperation : FallibleOperation
{
    /// <summary>The name of the device.</summary>
    public required string Id { get; init; }

    /// <summary>The number of the node.</summary>
    public required long Node { get; init; }

    /// <summary>The most memory that the device can have, in bytes.</summary>
    public required long Max { get; init; }
}

/// <summary>Requests another size of a virtio-mem device.</summary>
internal sealed record ResizeVirtioMemOperation : RecordedOperation
{
    /// <summary>The name of the device.</summary>
    public required string Id { get; init; }

    /// <summary>The requested size, in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The size that the device reached, in bytes.</summary>
    public required long Got { get; init; }
}
