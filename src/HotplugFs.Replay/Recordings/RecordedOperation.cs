using System.Text.Json;
using System.Text.Json.Serialization;

namespace HotplugFs.Replay.Recordings;

/// <summary>An operation of a recording: what was done to the machine, and the result.</summary>
/// <remarks>
/// The names in JSON are those of the members in snake_case. A path is relative to <c>/sys/devices/system</c>, unless it begins with a
/// slash. A text that holds bytes has one code point, 0 to 255, for each byte. Members that are not required are absent where they do not
/// apply.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "op")]
[JsonDerivedType(typeof(WriteOperation), "write")]
[JsonDerivedType(typeof(ReadOperation), "read")]
[JsonDerivedType(typeof(ListOperation), "ls")]
[JsonDerivedType(typeof(TreeOperation), "tree")]
[JsonDerivedType(typeof(SystemCallsOperation), "sys")]
[JsonDerivedType(typeof(PlugOperation), "plug")]
[JsonDerivedType(typeof(UnplugOperation), "unplug")]
[JsonDerivedType(typeof(PlugVirtioMemOperation), "vmem_plug")]
[JsonDerivedType(typeof(ResizeVirtioMemOperation), "vmem_size")]
[JsonDerivedType(typeof(ZonesOperation), "zones")]
[JsonDerivedType(typeof(NoteOperation), "note")]
[JsonDerivedType(typeof(KernelLogOperation), "klog")]
internal abstract class RecordedOperation
{
    /// <summary>What the operation changed; absent if it changed nothing.</summary>
    public Snapshot? Snap { get; set; }

    /// <summary>
    /// The uevents that the operation caused, each as the raw message: variables separated by NUL. Only in recordings that listened; there,
    /// an operation without this member caused none.
    /// </summary>
    public List<string>? Uev { get; set; }

    /// <summary>The lines that the operation added to the kernel's log. Not compared.</summary>
    public List<string>? Klog { get; set; }

    /// <summary>The kernel's last words, if the operation crashed it. The recording ends here.</summary>
    public string? Died { get; set; }

    /// <summary>True if two runs of the recorder had different results.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Nondet { get; set; }

    /// <summary>The members that were different in the other run. Both results are right; the recording continues from this one.</summary>
    public JsonElement? OtherRun { get; set; }

    /// <summary>The number of the line in the file, from 1.</summary>
    [JsonIgnore]
    public int Line { get; set; }

    /// <summary>The same operation with the result of the other run, if <see cref="OtherRun"/> is present.</summary>
    [JsonIgnore]
    public RecordedOperation? Other { get; set; }
}
