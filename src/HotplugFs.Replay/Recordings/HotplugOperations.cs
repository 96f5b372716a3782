using System.Text.Json.Serialization;

namespace HotplugFs.Replay.Recordings;

/// <summary>Plugs a DIMM.</summary>
internal sealed class PlugOperation : FallibleOperation
{
    /// <summary>The name of the DIMM.</summary>
    [JsonRequired] public string Id { get; set; } = "";

    /// <summary>The number of the node.</summary>
    [JsonRequired] public long Node { get; set; }

    /// <summary>The size, in bytes.</summary>
    [JsonRequired] public long Size { get; set; }

    /// <summary>The physical address asked for, in bytes; absent to let the emulator choose.</summary>
    public long? AtAddr { get; set; }

    /// <summary>The physical address that the DIMM got, in bytes.</summary>
    public long? Addr { get; set; }

    /// <summary>The kernel's answer to the firmware (_OST): event and status; [1, 0] is a success. Not compared.</summary>
    public List<int?>? Ost { get; set; }
}

/// <summary>Asks the kernel to eject a DIMM.</summary>
internal sealed class UnplugOperation : FallibleOperation
{
    /// <summary>The name of the DIMM.</summary>
    [JsonRequired] public string Id { get; set; } = "";

    /// <inheritdoc cref="PlugOperation.Ost"/>
    public List<int?>? Ost { get; set; }

    /// <summary>The event with which the emulator reported the refusal. Not compared.</summary>
    public string? Event { get; set; }

    /// <summary>The emulator's message. Not compared.</summary>
    public string? Msg { get; set; }
}

/// <summary>Plugs a virtio-mem device, without memory at first.</summary>
internal sealed class PlugVirtioMemOperation : FallibleOperation
{
    /// <summary>The name of the device.</summary>
    [JsonRequired] public string Id { get; set; } = "";

    /// <summary>The number of the node.</summary>
    [JsonRequired] public long Node { get; set; }

    /// <summary>The most memory that the device can have, in bytes.</summary>
    [JsonRequired] public long Max { get; set; }
}

/// <summary>Requests another size of a virtio-mem device.</summary>
internal sealed class ResizeVirtioMemOperation : RecordedOperation
{
    /// <summary>The name of the device.</summary>
    [JsonRequired] public string Id { get; set; } = "";

    /// <summary>The requested size, in bytes.</summary>
    [JsonRequired] public long Size { get; set; }

    /// <summary>The size that the device reached, in bytes.</summary>
    [JsonRequired] public long Got { get; set; }
}
