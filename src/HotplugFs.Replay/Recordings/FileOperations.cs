using System.Text.Json.Serialization;

namespace HotplugFs.Replay.Recordings;

/// <summary>An operation on a file that is opened, used with one system call, and closed.</summary>
internal abstract class FileOperation : FallibleOperation
{
    /// <summary>The file to open.</summary>
    [JsonRequired]
    [JsonPropertyOrder(-1)]
    public string Path { get; set; } = "";

    /// <summary>The uid and gid of the process; absent for root.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int As { get; set; }

    /// <summary>
    /// The system call that failed: <c>open</c>, <c>read</c>, <c>write</c> or <c>close</c>. Present if the operation failed.
    /// </summary>
    public string? At { get; set; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? FailedCall => At;
}

/// <summary>One write(2).</summary>
internal sealed class WriteOperation : FileOperation
{
    /// <summary>The bytes to write.</summary>
    [JsonRequired] public string Data { get; set; } = "";

    /// <summary>The number of bytes written, if it is less than all.</summary>
    public long? N { get; set; }
}

/// <summary>One read(2) of 64 KiB from the start.</summary>
internal sealed class ReadOperation : FileOperation
{
    /// <summary>The bytes read; absent if the operation failed.</summary>
    public string? Data { get; set; }
}
