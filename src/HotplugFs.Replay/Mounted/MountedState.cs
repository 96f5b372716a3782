using HotplugFs.Linux;

namespace HotplugFs.Replay.Mounted;

/// <summary>
/// Reads the whole state of a mounted machine from its files. That happens after every operation, so files stay open and are read again
/// from the start. The list of blocks is read each time, and the directories of the blocks that an operation changed.
/// </summary>
internal sealed class MountedState(MountedPaths paths) : IDisposable
{
    private const int TextBytes = 65536;
    private const string Missing = "!ENOENT";

    private static readonly string[] NodeFiles = ["possible", "online", "has_memory", "has_normal_memory", "has_cpu"];

    private sealed record Block(int State, int ValidZones, string Node);

    private readonly byte[] _text = new byte[TextBytes];
    private readonly Dictionary<int, Block> _blocks = [];
    private readonly Dictionary<string, int> _files = [];

    /// <summary>Reads what the files of the mount show of the machine.</summary>
    /// <param name="withZones">False to leave the zones out.</param>
    /// <param name="touched">The numbers of the blocks whose files must be opened again; null for all.</param>
    public MachineState Read(bool withZones, IReadOnlyCollection<int>? touched)
    {
        foreach (var number in touched ?? [.. _blocks.Keys])
            Forget(number);
        var state = new MachineState();
        foreach (var number in BlockNumbers())
            state.Blocks[number] = ReadBlock(number) ?? Reopened(number);
        foreach (var number in _blocks.Keys.Except(state.Blocks.Keys).ToArray())
            Forget(number);
        foreach (var file in NodeFiles)
            state.Nodes[file] = ReadKept($"node/{file}");
        if (withZones)
            AddZones(state, ReadKept("/hotplugfs/zones"));
        return state;
    }

    public void Dispose()
    {
        foreach (var number in _blocks.Keys.ToArray())
            Forget(number);
        foreach (var descriptor in _files.Values.Where(descriptor => descriptor >= 0))
            _ = Unistd.Close(descriptor);
        _files.Clear();
    }

    private IEnumerable<int> BlockNumbers()
    {
        const string prefix = "memory";
        var listed = RawFile.List(paths.Here("memory"));
        if (!listed.IsOk)
            throw Broken("memory", listed.Error);
        foreach (var entry in listed.Value)
            if (entry.StartsWith(prefix, StringComparison.Ordinal) && entry.EndsWith('/'))
                yield return int.Parse(entry.AsSpan(prefix.Length..^1), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <returns>Null if the block was removed since its files were opened; another block may have its number now.</returns>
    private BlockFacts? ReadBlock(int number)
    {
        if (!_blocks.TryGetValue(number, out var block))
            _blocks[number] = block = Open(number);
        var state = Text(block.State);
        var zones = Text(block.ValidZones);
        if (state.IsOk && zones.IsOk)
            return new BlockFacts(state.Value, zones.Value, block.Node);
        var error = state.IsOk ? zones.Error : state.Error;
        return error == Errno.ENODEV ? null : throw Broken($"memory/memory{number}", error);
    }

    private BlockFacts Reopened(int number)
    {
        Forget(number);
        return ReadBlock(number) ?? throw Broken($"memory/memory{number}", Errno.ENODEV);
    }

    private Block Open(int number)
    {
        var directory = $"memory/memory{number}";
        var listed = RawFile.List(paths.Here(directory));
        var node = listed.IsOk ? listed.Value.SingleOrDefault(entry => entry.StartsWith("node", StringComparison.Ordinal)) : null;
        var target = node is null ? Errno.ENOENT : RawFile.ReadLink(paths.Here($"{directory}/{node.TrimEnd('@')}"));
        return new Block(
            OpenFile($"{directory}/state"), OpenFile($"{directory}/valid_zones"),
            target.IsOk ? target.Value[(target.Value.LastIndexOf('/') + "/node".Length)..] : Missing);
    }

    private void Forget(int number)
    {
        if (!_blocks.Remove(number, out var block))
            return;
        _ = Unistd.Close(block.State);
        if (block.ValidZones >= 0)
            _ = Unistd.Close(block.ValidZones);
    }

    /// <returns>The descriptor, or -1 if the file does not exist, as in some kernels.</returns>
    private int OpenFile(string path)
    {
        var opened = RawFile.Open(paths.Here(path), Fcntl.O_RDONLY);
        return opened.IsOk ? opened.Value : opened.Error == Errno.ENOENT ? -1 : throw Broken(path, opened.Error);
    }

    private string ReadKept(string path)
    {
        if (!_files.TryGetValue(path, out var descriptor))
            _files[path] = descriptor = OpenFile(path);
        var text = Text(descriptor);
        return text.IsOk ? text.Value : throw Broken(path, text.Error);
    }

    private Result<string> Text(int descriptor)
    {
        if (descriptor < 0)
            return Missing;
        var read = Unistd.PRead(descriptor, _text, 0);
        return read.IsOk ? Encoding.Latin1.GetString(_text, 0, read.Value).TrimEnd('\n') : read.Error;
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

    private static ReplayException Broken(string path, Errno error) => new($"{path} of the mounted machine cannot be read: {error.Text()}");
}
