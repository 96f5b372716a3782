using System.Text.Json.Serialization;

namespace HotplugFs.Replay.Recordings;

/// <summary>An operation on a file that is opened, used with one system call, and closed.</summary>
internal abstract record FileOperation : FallibleOperation
{
    /// <summary>The name below <c>/sys/devices/system</c>, or a path.</summary>
    public required string Path { get; init; }

    /// <summary>The uid and gid of the process; absent for root.</summary>
    public uint? As { get; init; }

    /// <summary>The system call that failed: <c>open</c>, <c>read</c>, <c>write</c> or <c>close</c>. Present if the operation failed.</summary>
    public string? At { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? FailedCall => At;
}

/// <summary>One write(2).</summary>
internal sealed record WriteOperation : FileOperation
{
    /// <summary>The bytes to write.</summary>
    public required string Data { get; init; }

    /// <summary>The number of bytes written, if it is less than all.</summary>
    public long? N { get; init; }
}

/// <summary>One read(2) of 64 KiB from the start.</summary>
internal sealed record ReadOperation : FileOperation
{
    /// <summary>The bytes read; absent if the operation failed.</summary>
    public string? Data { get; init; }
}
