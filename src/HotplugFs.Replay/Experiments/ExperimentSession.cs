using HotplugFs.Engine;
using HotplugFs.Engine.Faults;
using HotplugFs.Engine.Memory;
using HotplugFs.Machines;
using HotplugFs.Replay.InProcess;

namespace HotplugFs.Replay.Experiments;

/// <summary>What the handlers of an experiment share: the log, the simulated machine and the report.</summary>
internal sealed class ExperimentSession
{
    /// <summary>The caller of operations that end before the next step.</summary>
    public const ulong Foreground = 1;

    /// <summary>Less than the time after which a kernel gives up.</summary>
    private static readonly TimeSpan TimeOfHeldBlock = TimeSpan.FromSeconds(50);

    /// <summary>The files of each held block before its offline began.</summary>
    private readonly Dictionary<BlockId, (string State, string ValidZones, string Online)> _held = [];
    private readonly ReplayReport _report;
    private readonly InProcessMachine _files;

    public ExperimentSession(ExperimentLog log, ReplayReport report)
    {
        (Log, _report) = (log, report);
        try
        {
            Machine = new Machine(ExperimentMachine.Define(log), log.Kernel.Rules);
        }
        catch (Exception problem) when (problem is ArgumentException or FormatException)
        {
            throw new MachineFileException(log.File, 1, $"the machine contradicts itself: {problem.Message}");
        }
        // Where the OOM killer ends programs, the recorded ones end later.
        Machine.Loads.Stopped += _ => Disturbances++;
        Machine.Changed += change => HasChangedMemory |= change is BlockOnline or BlockOffline;
        _files = new InProcessMachine(Machine, log.Kernel.Files);
    }

    public ExperimentLog Log { get; }

    public Machine Machine { get; }

    /// <summary>Makes the offline of a block take time: it goes on when <see cref="Release"/> is called.</summary>
    public void Hold(in MemoryBlock block)
    {
        _held[block.Id] = (block.State.Word(), Machine.ValidZones(block.Id).ToString(), block.DeviceOnline ? "1" : "0");
        var target = FaultTarget.Block(block.Id.Number);
        Machine.Faults.Add(new FaultDefinition(target, FaultPoint.Offline, new FaultOutcome(Result: null, TimeOfHeldBlock)));
    }

    /// <summary>True if the offline of a block is held.</summary>
    public bool IsHeld(BlockId block) => _held.ContainsKey(block);

    /// <summary>True if a file of a held block was read before the offline began.</summary>
    public bool IsTextBefore(BlockId block, string file, string text) => _held.TryGetValue(block, out var before) && text.TrimEnd('\n') == file switch
    {
        "state" => before.State,
        "valid_zones" => before.ValidZones,
        "online" => before.Online,
        _ => null,
    };

    /// <summary>Lets time pass, so that the offline of a held block ends.</summary>
    /// <returns>False if the block is not held.</returns>
    public bool Release(BlockId block)
    {
        if (!_held.Remove(block))
            return false;
        Machine.Faults.Remove(fault => fault.Rest.Target == FaultTarget.Block(block.Number));
        Machine.Now += TimeOfHeldBlock;
        return true;
    }

    /// <summary>True once a block went online or offline, after which the kernel computed its marks again.</summary>
    public bool HasChangedMemory { get; private set; }

    /// <summary>How often something happened that changes free memory by a number of pages that the log does not show.</summary>
    public int Disturbances { get; set; }

    /// <summary>True once single kernel pages were scattered among pages of programs.</summary>
    public bool HasChurned { get; set; }

    /// <summary>
    /// True while a pool has fewer huge pages than were asked for, in the log or here. How many can be had depends on single pages.
    /// </summary>
    public bool HasUnmetPools { get; set; }

    /// <summary>True while a virtio-mem device has given up another number of pieces of busy blocks than in the log.</summary>
    public bool HasOtherPieces { get; set; }

    /// <summary>True if the rest of the log cannot be compared.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>Called when the kernel drops its caches.</summary>
    public Action? CachesDropped { get; set; }

    /// <summary>The index of the present step.</summary>
    public int Position { get; set; }

    /// <summary>The steps after the present one.</summary>
    public IEnumerable<ExperimentStep> Later => Log.Steps.Skip(Position + 1);

    /// <summary>Writes to a file as a caller; an operation with which the caller waits goes on.</summary>
    public FileOutcome Write(string path, byte[] data, Caller caller)
    {
        Machine.Caller = caller;
        return _files.Write(path, data, uid: 0);
    }

    /// <summary>Writes to a file in an operation that ends before the next step.</summary>
    public FileOutcome Write(string path, byte[] data) => Write(path, data, new Caller(Foreground));

    /// <summary>Reads a file; null if it does not exist.</summary>
    public string? Read(string path)
    {
        var outcome = _files.Read(path, uid: 0);
        return outcome.Error is null ? Encoding.Latin1.GetString(outcome.Data) : null;
    }

    /// <summary>The state of the blocks and nodes.</summary>
    public MachineState State() => _files.ReadState(withZones: false);

    /// <summary>Counts a comparison.</summary>
    public void Count() => _report.Count();

    /// <summary>Counts a step that is not compared.</summary>
    public void Skip(string reason) => _report.Skip(reason);

    /// <summary>Counts a comparison, and reports a difference if there is one.</summary>
    public void Compare(ExperimentStep step, string expected, string got)
    {
        Count();
        if (expected != got)
            Diverged(step, $"got {got}, expected {expected}");
    }

    /// <summary>Reports a difference.</summary>
    public void Diverged(ExperimentStep step, string what) => _report.Add(new Divergence(Log.File, step.Line, step.ToString(), what));

    /// <summary>Finds the block that a path in <c>memoryN</c> is about.</summary>
    /// <returns>False if the path is another one, or the block is absent.</returns>
    public bool TryGetBlock(string path, out MemoryBlock block)
    {
        var parts = path.Split('/');
        block = default;
        return parts.Length >= 2 && parts[^2].StartsWith("memory", StringComparison.Ordinal)
            && int.TryParse(parts[^2]["memory".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= BlockId.MaxNumber && Machine.TryGetBlock(new BlockId(number), out block);
    }
}
