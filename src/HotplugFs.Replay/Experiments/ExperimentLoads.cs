using HotplugFs.Engine.Memory;
using HotplugFs.Engine.Pages;

namespace HotplugFs.Replay.Experiments;

/// <summary>The programs of an experiment that hold memory, as loads.</summary>
internal sealed class ExperimentLoads
{
    private const int MiB = 1 << 20;

    /// <summary>Where the recorded machine mounted ramfs.</summary>
    private const string RamfsDirectory = "/r/";

    /// <summary>The signal of the OOM killer.</summary>
    private const int Killed = 9;

    private const string NoMemory = "no memory";
    private const int PreferredBit = 16;

    /// <summary>Pages of the kernel that a thousand files of tmpfs need: 12,000 take 12.7 MB of slab.</summary>
    private const long BytesPerThousandFiles = 1_060_000;

    private const long BytesPerThousandTables = 1000L * PageSize.Usual;

    /// <summary>Part of the pages of a load, or pages, by which its place may differ: what lies in the lists of single CPUs.</summary>
    private const int ToleratedPart = 8;

    private const int ToleratedPages = 5120;
    private const int ToleratedFreePages = 16384;

    /// <summary>Which load each program has; null if it has none.</summary>
    private readonly Dictionary<string, Load?> _loads = [];

    /// <summary>The files that programs wrote or read, which stay in memory after the program.</summary>
    private readonly Dictionary<string, (string File, string Kind)> _files = [];

    private readonly List<Load> _cache = [];
    private readonly Dictionary<string, List<Load>> _byFile = [];
    private readonly ExperimentSession _session;
    private readonly Writers _writers;
    private int _starts;

    public ExperimentLoads(ExperimentSession session, Writers writers)
    {
        (_session, _writers) = (session, writers);
        session.CachesDropped = DropCaches;
    }

    /// <summary>A program takes memory and holds it.</summary>
    public void Start(ExperimentStep step)
    {
        var (name, kind, size, node) = (step.Argument(1), step.Argument(2), step.Number(3), step.Number(4));
        var file = step.Words.Length > 5 ? step.Words[5] : "";
        _loads[name] = null;
        var isSignaled = step.Field("sig") is { ValueKind: System.Text.Json.JsonValueKind.Number } signal && signal.GetInt32() != Killed;
        if (isSignaled || step.Text("e") is "ENOSYS" or "EINVAL")
        {
            _session.Skip(NotComparable.OtherFile);
            return;
        }
        if (kind.StartsWith("churn", StringComparison.Ordinal))
        {
            _session.HasChurned = true;
            StartChurn(step, name, file);
            return;
        }
        var (pageKind, bytes, avoidsMovable) = Describe(kind, size, file);
        var placement = Placement(name, node) with { AvoidsMovable = avoidsMovable };
        var isStarted = _session.Machine.Loads.Start($"{name}-{_starts++}", pageKind, bytes, placement).TryGet(out var load, out _);
        _loads[name] = isStarted ? load : null;
        if (isStarted && file.Length > 0)
            _files[name] = (file, kind);
        CompareStart(step, isStarted);
        _writers.Continue();
    }

    private void CompareStart(ExperimentStep step, bool isStarted)
    {
        var wasStarted = step.Text("e") is null;
        if (wasStarted && !isStarted && NextMessages().Contains("oom-killer", StringComparison.Ordinal))
            _session.Skip(NotComparable.OtherVictim);
        else if (!wasStarted && isStarted && FreePages() < ToleratedFreePages)
            _session.Skip(NotComparable.LastPages);
        else
            _session.Compare(step, wasStarted ? Difference.Success : NoMemory, isStarted ? Difference.Success : NoMemory);
    }

    /// <summary>The kernel's messages after this step.</summary>
    private string NextMessages() => _session.Later.FirstOrDefault(step => step.Kind == "klog")?.Json.GetRawText() ?? "";

    /// <summary>Number of free pages above the marks.</summary>
    private long FreePages() =>
        _session.Machine.PossibleNodes.SelectMany(node => node.Zones).Sum(zone => Math.Max(zone.FreePages - zone.Marks.Low, 0));

    private static (PageKind Kind, long Bytes, bool AvoidsMovable) Describe(string kind, int size, string file) => kind switch
    {
        "anon" => (PageKind.Anon, (long)size * MiB, false),
        "thp" => (PageKind.Thp, (long)size * MiB, false),
        "mlock" or "locked" => (PageKind.Mlocked, (long)size * MiB, false),
        "shared" or "shm" or "shmlock" => (PageKind.Shmem, (long)size * MiB, false),
        "hugetlb" => (PageKind.Hugetlb, (long)size * MiB, false),
        "file" when file.StartsWith(RamfsDirectory, StringComparison.Ordinal) => (PageKind.File, (long)size * MiB, true),
        "file" => (PageKind.Shmem, (long)size * MiB, false),
        "rfile" => (PageKind.File, (long)size * MiB, file.StartsWith("/dev/", StringComparison.Ordinal)),
        "pipe" => (PageKind.Kernel, (long)size * MiB * 41 / 40, false),
        "slab" => (PageKind.Kernel, size * BytesPerThousandFiles, false),
        "pgtable" => (PageKind.Kernel, size * BytesPerThousandTables, false),
        "vmsplice" => (PageKind.Pinned, (long)size * MiB, false),
        "iouring" => (PageKind.Pinned, (long)size * MiB, true),
        _ => throw new FormatException($"\"{kind}\" is not a kind of memory"),
    };

    /// <summary>The kernel pages of a churn stay where no program uses memory any more; with 0 of them pages of programs stay.</summary>
    private void StartChurn(ExperimentStep step, string name, string limits)
    {
        _session.Skip(NotComparable.ChurnedPages);
        if (step.Field("step") is not { ValueKind: System.Text.Json.JsonValueKind.Number } kept)
            return;
        var placement = Placement(name, step.Number(4));
        var started = _session.Machine.Loads.Start($"{name}-{_starts++}", PageKind.Kernel, kept.GetInt64() * PageSize.Usual, placement);
        if (limits.StartsWith("0,", StringComparison.Ordinal) || !started.IsOk)
            return;
        _loads[name] = started.Value;
    }

    /// <summary>
    /// The policy of a program. Without one it allocates on the node of its CPU, which the log does not name; its first pages show it.
    /// </summary>
    private LoadPlacement Placement(string name, int policy)
    {
        var number = policy >= PreferredBit ? policy - PreferredBit : policy >= 0 ? policy : NodeOfFirstPages(name);
        var node = _session.Machine.FindNode(number) ?? throw new FormatException($"the machine has no node {number}");
        return new LoadPlacement(node, policy is >= 0 and < PreferredBit ? MemoryPolicy.Bind : MemoryPolicy.Prefer);
    }

    private int NodeOfFirstPages(string name)
    {
        var where = _session.Later.TakeWhile(step => step.Kind != "bg" || step.Argument(1) != name)
            .FirstOrDefault(step => step.Kind == "where" && step.Argument(1) == name);
        if (where is null || where.Field("blocks") is not { ValueKind: System.Text.Json.JsonValueKind.Object } blocks)
            return _session.Machine.PossibleNodes.First(node => node.Cpus.Count > 0).Number;
        var byNode = blocks.EnumerateObject().Where(block => _session.Machine.Blocks.Contains(BlockOf(block.Name).Number))
            .GroupBy(block => _session.Machine[BlockOf(block.Name)].Node, block => block.Value.GetInt64());
        // Other nodes are used once the first one is full.
        return byNode.MaxBy(node => node.Sum() / (double)node.Key.ManagedPages)?.Key.Number ?? 0;
    }

    /// <summary>A program ends. Its memory is free, but for files, which stay in the cache.</summary>
    public void End(ExperimentStep step)
    {
        var name = step.Argument(1);
        if (!_loads.Remove(name, out var load) || load is null || _session.Machine.Loads.Find(load.Id) is null)
            return;
        if (_files.Remove(name, out var file))
        {
            if (file.Kind == "rfile")
                _cache.Add(load);
            else
                (_byFile.TryGetValue(file.File, out var list) ? list : _byFile[file.File] = []).Add(load);
            return;
        }
        _session.Machine.Loads.Stop(load);
        _writers.Continue();
    }

    /// <summary>A file of tmpfs or ramfs is deleted.</summary>
    public void Unlink(ExperimentStep step)
    {
        if (_byFile.Remove(step.Argument(1), out var loads))
            Stop(loads);
    }

    private void DropCaches()
    {
        Stop(_cache);
        _cache.Clear();
    }

    private void Stop(List<Load> loads)
    {
        foreach (var load in loads.Where(load => _session.Machine.Loads.Find(load.Id) is not null))
            _session.Machine.Loads.Stop(load);
        _writers.Continue();
    }

    /// <summary>Where the memory of a program is: the pages in each zone.</summary>
    public void Where(ExperimentStep step)
    {
        _loads.TryGetValue(step.Argument(1), out var load);
        if (load is null || step.Field("blocks") is not { ValueKind: System.Text.Json.JsonValueKind.Object } blocks
            || !blocks.EnumerateObject().Any())
        {
            _session.Skip(NotComparable.Unknown);
            if (load is not null && _session.Machine.Loads.Find(load.Id) is not null)
                // The OOM killer ended the program.
                Stop([load]);
            return;
        }
        if (_writers.HasPartialMoves)
        {
            _session.Skip(NotComparable.Progress);
            return;
        }
        if (load is { Kind: PageKind.Pinned, Placement.AvoidsMovable: false } && MovePins(step.Argument(1), load, blocks))
        {
            _session.Skip(NotComparable.Pins);
            return;
        }
        var recorded = Sum(blocks.EnumerateObject().Select(block => (BlockOf(block.Name), block.Value.GetInt64())));
        var got = Sum(load.PagesByBlock.Select(block => (block.Key, block.Value)));
        _session.Count();
        foreach (var zone in recorded.Keys.Union(got.Keys))
        {
            var (there, here) = (recorded.GetValueOrDefault(zone), got.GetValueOrDefault(zone));
            if (Math.Abs(there - here) > Math.Max(ToleratedPages, load.ResidentBytes / PageSize.Usual / ToleratedPart))
                _session.Diverged(step, $"{zone}: got {here} pages, expected {there}");
        }
    }

    /// <summary>Puts pinned pages into the blocks in which the log has them, because they keep just these online.</summary>
    /// <returns>False if they are there.</returns>
    private bool MovePins(string name, Load load, System.Text.Json.JsonElement blocks)
    {
        var recorded = blocks.EnumerateObject().ToDictionary(block => BlockOf(block.Name), block => block.Value.GetInt64());
        if (recorded.Count == load.PagesByBlock.Count && load.PagesByBlock.All(block => recorded.GetValueOrDefault(block.Key) == block.Value))
            return false;
        _session.Machine.Loads.Stop(load);
        var definition = new LoadDefinition(load.Id, load.Kind, load.SizeBytes, load.Placement.Node.Number, load.Placement.Policy)
        {
            Places = [.. recorded.Select(block => new PagesInBlock(block.Key, _session.Machine[block.Key].Zones.Lowest, (int)block.Value))],
        };
        _loads[name] = _session.Machine.Loads.Restore(definition, load.Placement.Node).TryGet(out var restored, out _) ? restored : null;
        _writers.Continue();
        return true;
    }

    private SortedDictionary<string, long> Sum(IEnumerable<(BlockId Block, long Pages)> blocks)
    {
        SortedDictionary<string, long> sums = [];
        foreach (var (id, pages) in blocks)
        {
            var place = _session.Machine.TryGetBlock(id, out var block) ? PlaceOf(block) : "no block";
            sums[place] = sums.GetValueOrDefault(place) + pages;
        }
        return sums;
    }

    /// <summary>Zones below 4 GiB can share a block.</summary>
    private static string PlaceOf(in MemoryBlock block) =>
        $"{(block.Zones.Lowest < ZoneType.Dma32 ? ZoneType.Dma32 : block.Zones.Lowest).Name()} of node {block.Node.Number}";

    private static BlockId BlockOf(string name) => new(int.Parse(name, NumberStyles.None, CultureInfo.InvariantCulture));
}
