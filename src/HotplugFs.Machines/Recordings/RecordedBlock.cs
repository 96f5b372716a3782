using System.Text.Json.Serialization;

namespace HotplugFs.Machines.Recordings;

/// <summary>A memory block in a recording's header: the texts of the files in <c>memory/memoryN</c>.</summary>
public sealed class RecordedBlock
{
    /// <summary><c>online</c> or <c>offline</c>.</summary>
    [JsonRequired] public string State { get; set; } = "";

    /// <summary>The zones, separated by blanks: an online block's own zone, or the zones that an offline block could go to.</summary>
    [JsonRequired] public string ValidZones { get; set; } = "";

    /// <summary>The number of the node, from the link <c>nodeN</c>; empty on kernels without nodes.</summary>
    [JsonRequired] public string Node { get; set; } = "";

    /// <summary><c>1</c> if the kernel expects that the block can go offline, else <c>0</c>.</summary>
    [JsonRequired] public string Removable { get; set; } = "";

    /// <summary>A number that ascends with the address on s390x; <c>0</c> elsewhere.</summary>
    public string? PhysDevice { get; set; }

    /// <summary>The block's number, eight hexadecimal digits.</summary>
    public string? PhysIndex { get; set; }

    /// <summary><c>1</c> or <c>0</c>.</summary>
    public string? Online { get; set; }

    /// <summary><see cref="Node"/> as a number; 0 without nodes.</summary>
    [JsonIgnore]
    public int NodeNumber => Node.Length == 0 ? 0 : int.Parse(Node, CultureInfo.InvariantCulture);

    /// <summary>The other nodes that a dump shows for the block.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> OtherNodes { get; set; } = [];

    /// <summary>True if <see cref="State"/> is <c>online</c>.</summary>
    [JsonIgnore]
    public bool IsOnline => State == "online";
}
