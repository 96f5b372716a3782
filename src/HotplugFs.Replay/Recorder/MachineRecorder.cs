using System.Runtime.InteropServices;
using System.Text.Json;
using HotplugFs.Linux;
using HotplugFs.Machines.Dumps;
using HotplugFs.Machines.Recordings;
using HotplugFs.Replay.Mounted;

namespace HotplugFs.Replay.Recorder;

/// <summary>
/// Records a kernel: an inventory of the machine and, if blocks are named, the results of a fixed list of requests to them. The named blocks
/// have their first states again in the end, even if recording is stopped.
/// </summary>
/// <remarks>
/// A recording does not identify the machine or its user. It has the kernel's version, the boot options about memory, files below
/// <c>memory/</c>, <c>node/</c> and <c>module/memory_hotplug/parameters/</c>, and where the PCI and dax devices are and what they are.
/// </remarks>
public sealed class MachineRecorder
{
    /// <summary>If there are more blocks, only the first, the last and the named ones are recorded whole, the others by name.</summary>
    private const int WholeTreeMax = 64;

    private const string SystemDevices = "/sys/devices/system";

    private readonly RecorderOptions _options;
    private readonly MountedFiles _files;
    private readonly MountedState _reader;
    private readonly RecordingHeader _header;
    private readonly MachineState _first;
    private MachineState _state;
    private TextWriter _output = TextWriter.Null;
    private CancellationToken _cancellation;

    /// <summary>Reads the machine and checks the named blocks. Nothing is written.</summary>
    /// <exception cref="RecorderException">The machine cannot be recorded, or a block must not be written to.</exception>
    public MachineRecorder(RecorderOptions options)
    {
        _options = options;
        _cancellation = options.Cancellation;
        _files = new MountedFiles(new MountedPaths(options.Root, options.Root));
        _reader = new MountedState(_files);
        _header = new HeaderReader(options.Root, _files, _reader).Read(options.Kernel);
        if (options.Devices is { } devices)
            ReadDevices(devices);
        _state = _first = MachineState.Of(_header);
        foreach (var block in options.Blocks)
            Check(block);
    }

    /// <summary>Writes the inventory, then makes the requests to the named blocks and writes their results.</summary>
    /// <returns>False if a block could not be restored.</returns>
    /// <exception cref="OperationCanceledException">Recording was stopped, and the blocks were restored.</exception>
    public bool Record(TextWriter output)
    {
        _output = output;
        output.WriteLine(_header.ToJson());
        RecordInventory();
        return _options.Blocks.Count == 0 || RecordRequests();
    }

    private void ReadDevices(IDump devices)
    {
        var losses = new Losses();
        DumpDevices.Complete(_header, devices, losses);
        foreach (var line in losses.Lines)
            _options.Report(line);
    }

    private void Check(int number)
    {
        if (!_header.Blocks.TryGetValue(number, out var block))
            throw new RecorderException($"there is no memory{number}; the blocks are {_header.Blocks.Keys.Min()} to {_header.Blocks.Keys.Max()}");
        var why = block switch
        {
            _ when number == 0 => "the first block",
            { Removable: "0" } => "not removable",
            { IsOnline: true } when block.ValidZones.StartsWith("DMA", StringComparison.Ordinal) => $"online in zone {block.ValidZones}",
            { ValidZones: "none" } => "it spans several zones",
            _ => null,
        };
        if (why is not null && !_options.Force)
            throw new RecorderException($"memory{number}: {why}; use --force to write to it nevertheless");
        if (!Unistd.Access($"{_options.Root}{SystemDevices}/memory/memory{number}/state", 2).IsOk)
            throw new RecorderException($"memory{number}: only root may write to blocks");
        _options.Report($"  memory{number}: {block.State}, zones {block.ValidZones}");
    }

    private void RecordInventory()
    {
        var blocks = _first.Blocks.Keys;
        if (blocks.Count <= WholeTreeMax)
        {
            RecordTree("memory");
            RecordTree("node");
            return;
        }
        foreach (var path in new[] { "memory", "node" })
            Emit(new ListOperation { Path = path, Ents = [.. _files.List(path).Value.Order(StringComparer.Ordinal)] });
        foreach (var block in _options.Blocks.Append(blocks.First()).Append(blocks.Last()).Distinct().Order())
            RecordTree($"memory/memory{block}");
    }

    private void RecordTree(string path) => Emit(new TreeOperation
    {
        Path = path,
        Tree =
        [
            .. _files.Walk($"{SystemDevices}/{path}", int.MaxValue).Select(entry => new RecordedEntry
            {
                Path = entry.Path,
                Type = entry.Type,
                Mode = entry.Mode,
                Size = entry.Size,
                Nlink = entry.Links,
                Target = entry.Type == "l" ? entry.Content : null,
                Data = entry.Type == "f" ? entry.Content : null,
                ReadErr = entry.Error,
            }),
        ],
    });

    private bool RecordRequests()
    {
        // The signal interrupts a write that exceeds the limit. A handler makes it harmless otherwise.
        using var alarm = PosixSignalRegistration.Create((PosixSignal)Signal.SIGALRM, context => context.Cancel = true);
        var restored = false;
        try
        {
            foreach (var block in _options.Blocks)
            {
                _options.Report($"memory{block} ...");
                Scenario.OneBlock((file, words) => Request(block, file, words));
            }
            if (_options.Blocks.Count > 1)
            {
                _options.Report("all together ...");
                Scenario.Together(_options.Blocks, (block, word) => Request(block, "state", word));
            }
        }
        catch (IOException)
        {
            // The blocks are restored even if the recording cannot be written any more.
            _output = TextWriter.Null;
            throw;
        }
        finally
        {
            _options.Report("restoring the blocks ...");
            _cancellation = CancellationToken.None;
            restored = Restore();
        }
        return restored;
    }

    /// <summary>Writes words to a file of a block, and reads <c>online</c> afterwards.</summary>
    private void Request(int block, string file, params string[] words)
    {
        var path = $"memory/memory{block}/{file}";
        var online = $"memory/memory{block}/online";
        if (!_files.Exists(path))
            return;
        foreach (var word in words)
            Write(path, word);
        if (!_files.Exists(online))
            return;
        var read = _files.Read(online);
        Emit(new ReadOperation { Path = online, Data = Encoding.Latin1.GetString(read.Data), Err = read.Error, At = read.At });
    }

    /// <summary>Writes to a file; after a short write the rest, too.</summary>
    private void Write(string path, string data)
    {
        while (data.Length > 0)
        {
            _cancellation.ThrowIfCancellationRequested();
            var outcome = WriteOnce(path, data);
            var isShort = outcome.Error is null && outcome.Count < data.Length;
            var before = _state;
            _state = _reader.Read(withZones: false);
            Emit(new WriteOperation
            {
                Path = path,
                Data = data,
                Err = outcome.Error,
                At = outcome.At,
                N = isShort ? outcome.Count : null,
                Snap = before.ChangesTo(_state),
            });
            data = isShort && outcome.Count > 0 ? data[outcome.Count..] : "";
        }
    }

    private FileOutcome WriteOnce(string path, string data)
    {
        // The kernel delivers the signal to the main thread, which is this one. It is sent again, because the first one may precede the call.
        using var timer = new Timer(_ => Signal.Kill(Environment.ProcessId, Signal.SIGALRM), null, _options.Limit, TimeSpan.FromSeconds(1));
        var outcome = _files.Write(path, Encoding.Latin1.GetBytes(data));
        if (outcome.Error == nameof(Errno.EINTR))
        {
            // Interrupted by the user: not what the kernel does by itself.
            _cancellation.ThrowIfCancellationRequested();
            _options.Report($"  {path}: given up after {_options.Limit.TotalSeconds} s");
        }
        return outcome;
    }

    private bool Restore()
    {
        // Twice, because a block's zone depends on its neighbors.
        foreach (var block in _options.Blocks.Concat(_options.Blocks))
            RestoreBlock(block);
        var different = _options.Blocks.Where(block => !IsRestored(block)).ToArray();
        foreach (var block in different)
            _options.Report($"memory{block} was {_first.Blocks[block]} and is now {_state.Blocks.GetValueOrDefault(block)}");
        return different.Length == 0;
    }

    /// <summary>Restores the first state of a block, and its zone as far as the kernel allows.</summary>
    private void RestoreBlock(int block)
    {
        if (IsRestored(block))
            return;
        var first = _first.Blocks[block];
        Request(block, "state", "offline", first.ValidZones.Split(' ')[0] switch
        {
            "Movable" => "online_movable",
            "Normal" or "HighMem" => "online_kernel",
            _ => "online",
        });
        if (_state.Blocks.GetValueOrDefault(block)?.State != "online")
            Request(block, "state", "online");
        if (first.State != "online")
            Request(block, "state", "offline");
    }

    private bool IsRestored(int block) => _state.Blocks.GetValueOrDefault(block) == _first.Blocks[block];

    private void Emit(RecordedOperation operation) =>
        _output.WriteLine(JsonSerializer.Serialize(operation, TraceJson.Default.RecordedOperation));
}
