namespace HotplugFs.Replay.Mounted;

/// <summary>Reads the state of a machine from its files.</summary>
internal sealed class MountedState(MountedFiles files)
{
    /// <summary>The text that stands for a missing file.</summary>
    public const string Missing = "!ENOENT";

    /// <summary>The files in <c>node/</c> that recordings hold.</summary>
    public static readonly string[] NodeFiles = ["possible", "online", "has_memory", "has_normal_memory", "has_cpu"];

    private readonly Dictionary<int, string> _nodes = [];

    /// <summary>Reads the state of all blocks and nodes.</summary>
    /// <param name="withZones">True to read the zones of a simulated machine, too.</param>
    public MachineState Read(bool withZones)
    {
        var state = new MachineState();
        foreach (var block in Numbers("memory", "memory"))
            state.Blocks[block] = new BlockFacts(Text($"memory/memory{block}/state"), Text($"memory/memory{block}/valid_zones"), NodeOf(block));
        foreach (var file in NodeFiles)
            state.Nodes[file] = Text($"node/{file}");
        state.Nodes[MachineState.HighMemory] = Text($"node/{MachineState.HighMemory}");
        if (withZones)
            AddZones(state, Text("/hotplugfs/zones"));
        return state;
    }

    /// <summary>Returns a text without its last newline, or <c>!</c> and the name of the errno.</summary>
    public string Text(string path)
    {
        var read = files.Read(path);
        return read.Error is { } error ? $"!{error}" : Encoding.Latin1.GetString(read.Data).TrimEnd('\n');
    }

    /// <summary>Returns the number of a block's node; 0 if the kernel has no nodes.</summary>
    public string NodeOf(int block)
    {
        // A block that was removed and added again may have another node.
        if (_nodes.TryGetValue(block, out var node) && files.Exists($"memory/memory{block}/node{node}"))
            return node;
        return _nodes[block] = Numbers($"memory/memory{block}", "node") is [var number, ..] ? $"{number}" : "";
    }

    /// <summary>Returns the numbers that follow a prefix in the names of a directory, ascending.</summary>
    public int[] Numbers(string directory, string prefix)
    {
        var listed = files.List(directory);
        var names = listed.IsOk ? listed.Value : [];
        return
        [
            .. from name in names
               where name.StartsWith(prefix, StringComparison.Ordinal)
               let digits = name[prefix.Length..].TrimEnd('/', '@')
               where digits.Length > 0 && digits.All(char.IsAsciiDigit)
               let number = int.Parse(digits, CultureInfo.InvariantCulture)
               orderby number
               select number,
        ];
    }

    private static void AddZones(MachineState state, string lines)
    {
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var values = line.Split(' ').Select(word => word.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
            long Number(string key) => long.Parse(values[key], CultureInfo.InvariantCulture);
            bool? initialized = values.TryGetValue("initialized", out var text) ? text == "1" : null;
            state.SetZone($"{values["node"]}/{values["zone"]}", ZoneFacts.Of(
                Number("start_pfn"), Number("spanned"), Number("present"), initialized is null ? null : Number("managed"), initialized));
        }
    }
}
