using System.Text.Json.Serialization;

namespace HotplugFs.Replay.Recordings;

/// <summary>An operation that can fail.</summary>
internal abstract class FallibleOperation : RecordedOperation
{
    /// <summary>
    /// The name of the errno, or null for success. <c>?</c> stands for an errno without a name. For DIMMs any text is a failure.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Err { get; set; }

    /// <summary>The system call that failed, if the operation makes several.</summary>
    [JsonIgnore]
    public virtual string? FailedCall => null;
}
