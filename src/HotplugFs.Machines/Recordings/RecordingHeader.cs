using System.Text.Json;
using System.Text.Json.Serialization;

namespace HotplugFs.Machines.Recordings;

/// <summary>The first line of a recording: the machine before the first operation, and how the recording was made.</summary>
/// <remarks>
/// A recording is a file of JSON Lines: this line, then one operation on each line. The names in JSON are those of the members in
/// snake_case. The text of a sysfs file is recorded without its last newline. A file that could not be read is recorded as <c>!</c> and the
/// name of the errno, such as <c>!ENOENT</c>. Members that are not required are absent where they do not apply.
/// </remarks>
public sealed class RecordingHeader
{
    /// <summary>The version of the format that this program reads.</summary>
    public const int KnownFormat = 1;

    /// <summary>The version of the format.</summary>
    public int Format { get; set; } = KnownFormat;

    /// <summary>
    /// The kernel's name in the catalogue, after that of its architecture if it is not x86: <c>arm64-6.1</c>.
    /// <c>-mny</c> or <c>-mnn</c> after it means built with or without CONFIG_MOVABLE_NODE, a choice
    /// that kernels have up to 4.12.
    /// </summary>
    [JsonRequired] public string Kernel { get; set; } = "";

    /// <summary>The boot options that concern memory, separated by blanks.</summary>
    [JsonRequired] public string Append { get; set; } = "";

    /// <summary>The kernel's own description of itself, as in <c>/proc/version</c>.</summary>
    public string? Uname { get; set; }

    /// <summary>The text of <c>memory/block_size_bytes</c>: hexadecimal digits.</summary>
    [JsonRequired] public string BlockSizeBytes { get; set; } = "";

    /// <summary>The text of <c>memory/auto_online_blocks</c>; empty if the kernel does not have the file.</summary>
    [JsonRequired] public string AutoOnlineBlocks { get; set; } = "";

    /// <summary>
    /// False if the kernel was built without CONFIG_MEMORY_FAILURE, so that it has no <c>soft_offline_page</c>; null if only the operations
    /// tell.
    /// </summary>
    public bool? MemoryFailure { get; set; }

    /// <summary>
    /// False if the kernel was built without CONFIG_PM, so that devices have no directory <c>power</c>; null if only the operations tell.
    /// </summary>
    public bool? PowerManagement { get; set; }

    /// <summary>The kernel's build options, where replaying knows them from the operations; null in a recording.</summary>
    public KernelConfig? Config { get; set; }

    /// <summary>The blocks that hold pages of the kernel, where replaying knows them from the operations; null in a recording.</summary>
    public List<int>? KernelBlocks { get; set; }

    /// <summary>The blocks with pages that are not RAM, where replaying knows them from the operations; null in a recording.</summary>
    public List<int>? HoleBlocks { get; set; }

    /// <summary>The parameters of module memory_hotplug, on kernels that have them.</summary>
    public RecordedParameters? MemoryHotplug { get; set; }

    /// <summary>
    /// The zones by node number and name. Where the recorder read the kernel's own structures, as for 4.4 and 4.9, the name <c>node</c>
    /// stands for the node's span, and snapshots hold the zones that an operation changed. Elsewhere the zones are those of
    /// <c>/proc/zoneinfo</c>, which has no span of the node, and only <see cref="RecordingHeader"/> and operation <c>zones</c> hold them.
    /// </summary>
    [JsonRequired] public Dictionary<int, Dictionary<string, RecordedZone>> Zones { get; set; } = [];

    /// <summary>
    /// The texts of the files in <c>node/</c>: <c>possible</c>, <c>online</c>, <c>has_memory</c>, <c>has_normal_memory</c>, <c>has_cpu</c>.
    /// </summary>
    [JsonRequired] public Dictionary<string, string> Nodes { get; set; } = [];

    /// <summary>The text of <c>node/has_high_memory</c>; null on kernels without zone HighMem.</summary>
    public string? HighMemory { get; set; }

    /// <summary>The architecture; null for x86-64, or if the kernel's name has it.</summary>
    public string? Architecture { get; set; }

    /// <summary>Bytes in a page; null if it follows from the pages that the blocks have.</summary>
    public int? PageSize { get; set; }

    /// <summary>
    /// True if the kernel has no file <c>valid_zones</c>: the recorder derived the texts from the kernel's own structures.
    /// </summary>
    public bool ValidZonesDerived { get; set; }

    /// <summary>How the emulator ran the kernel.</summary>
    public string? Accel { get; set; }

    /// <summary>The texts of <c>cpulist</c> by node number. Absent in recordings that have them in <see cref="MachineDef"/>.</summary>
    public Dictionary<int, string>? Cpus { get; set; }

    /// <summary>The texts of <c>distance</c> by node number. Absent if all distances are the usual 10 and 20.</summary>
    public Dictionary<int, string>? Distances { get; set; }

    /// <summary>
    /// The DIMMs that the firmware described, in the order of their slots. Absent in recordings with <see cref="MachineDef"/>.
    /// </summary>
    public List<RecordedDimm>? Dimms { get; set; }

    /// <summary>The PCI devices by address; null if there are none.</summary>
    public List<RecordedPci>? Pci { get; set; }

    /// <summary>The regions of the dax bus, of which the first has the number 0; null if there are none.</summary>
    public List<RecordedDax>? Dax { get; set; }

    /// <summary>The memory blocks by number.</summary>
    [JsonRequired] public Dictionary<int, RecordedBlock> Blocks { get; set; } = [];

    /// <summary>The emulator's configuration.</summary>
    public RecordedHardware? MachineDef { get; set; }

    /// <summary>The lines of the kernel's log about the memory map. They show which pages of a block are not RAM.</summary>
    public List<string>? Bootlog { get; set; }

    /// <summary>The explored blocks. Only in recordings of a whole state space, as are the next seven members.</summary>
    public List<int>? BlocksExplored { get; set; }

    /// <summary>The number of the node that has the explored blocks.</summary>
    public string? Node { get; set; }

    /// <summary>The number of states found.</summary>
    public int? States { get; set; }

    /// <summary>The number of transitions taken.</summary>
    public int? Transitions { get; set; }

    /// <summary>The number of transitions that did not always have the same result.</summary>
    public int? Varying { get; set; }

    /// <summary>True if every operation was tried in every state.</summary>
    public bool? Complete { get; set; }

    /// <summary>How often the machine was booted.</summary>
    public int? Boots { get; set; }

    /// <summary>The name of the recording, without extension.</summary>
    public string? Name { get; set; }

    /// <summary>What the recording is about.</summary>
    public string? About { get; set; }

    /// <summary>The recorder's name for the machine.</summary>
    public string? Machine { get; set; }

    /// <summary>How long booting took, in seconds.</summary>
    public double? BootS { get; set; }

    /// <summary>How often the recording was made, to compare the runs.</summary>
    public int Runs { get; set; }

    /// <summary>The number of operations.</summary>
    public int? Ops { get; set; }

    /// <summary>The number of operations whose results differed between the runs.</summary>
    public int? OpsDiffering { get; set; }

    /// <summary>True if the runs had different headers.</summary>
    public bool? HeaderNondet { get; set; }

    /// <summary>True if the header and all snapshots hold the spans of nodes; see <see cref="Zones"/>.</summary>
    [JsonIgnore]
    public bool HasNodeSpans => Zones.Values.Any(zones => zones.ContainsKey("node"));

    /// <summary>Reads the first line of a recording.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <exception cref="MachineFileException">The line is not a header.</exception>
    public static RecordingHeader Parse(string file, string line) =>
        RecordingLine.Parse(file, 1, line, RecordingHeaderJson.Default.RecordingHeader);

    /// <summary>Returns the first line of a recording.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RecordingHeaderJson.Default.RecordingHeader);
}
