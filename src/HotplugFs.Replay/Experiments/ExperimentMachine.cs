using HotplugFs.Engine;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Replay.Experiments;

/// <summary>
/// Makes the machine of an experiment from its first lines, which list blocks, node states and zones. The log has no first pages of zones:
/// they follow from the blocks and from the boundaries that x86-64 has.
/// </summary>
internal sealed class ExperimentMachine
{
    public const uint BlockSizeBytes = 128 << 20;

    private const int PagesPerBlock = (int)(BlockSizeBytes / PageSize.Usual);
    private const int FirstHighBlock = (int)((PhysicalMemory.Dma32End / PageSize.Usual) / PagesPerBlock);
    private const int DmaEndPfn = 4096;

    private readonly ExperimentLog _log;
    private readonly MachineState _state = new();
    private readonly List<ZoneFigures> _zones;

    private ExperimentMachine(ExperimentLog log)
    {
        _log = log;
        ExperimentState.ApplyBlocks(_state, First("blocks"));
        var zones = First("zones").Field("zones").EnumerateObject().Select(zone => new RecordedFigures(zone));
        _zones = [.. zones.Select(zone => zone.ToFigures(StartOf(zone)))];
    }

    /// <exception cref="FormatException">The log has no blocks or zones, or they contradict each other.</exception>
    public static MachineDefinition Define(ExperimentLog log) => new ExperimentMachine(log).Define();

    private MachineDefinition Define()
    {
        // Kernels that do not list the CPUs of boot have one on the first node all the same.
        var cpus = Numbers(_state.Nodes.GetValueOrDefault("has_cpu", "")) is { Count: > 0 } listed ? listed : [0];
        var isMovableNode = !_state.Nodes.GetValueOrDefault("has_memory", "!").StartsWith('!');
        return new MachineDefinition
        {
            BlockSizeBytes = BlockSizeBytes,
            MovableNode = isMovableNode && !_log.Kernel.Rules.HasMovableOnlyNodes,
            Config = new KernelConfig
            {
                MemmapOnMemory = _log.Append.Contains("memmap_on_memory=1", StringComparison.Ordinal) ? MemmapOnMemory.Yes : MemmapOnMemory.No,
            },
            Nodes = [.. Numbers(_state.Nodes["possible"]).Select(node => new NodeDefinition(node, cpus.Contains(node) ? [cpus.IndexOf(node)] : []))],
            Memory = [.. _state.Blocks.Select(block => Range(block.Key, block.Value))],
            Zones = _zones,
        };
    }

    private ExperimentStep First(string kind) =>
        _log.Steps.FirstOrDefault(step => step.Kind == kind) ?? throw new FormatException($"no line has \"{kind}\"");

    private MemoryRange Range(int number, BlockFacts facts)
    {
        var node = int.Parse(facts.Node, CultureInfo.InvariantCulture);
        var pages = new PfnRange((long)number * PagesPerBlock, (number + 1L) * PagesPerBlock);
        var own = _zones.Where(zone => zone.Node == node && zone.Span.Intersects(pages));
        var hole = HolePagesOf(number, node);
        return new MemoryRange(new BlockId(number), 1, node, own.Aggregate(new ZoneSet(0), (set, zone) => set.With(zone.Type)))
        {
            HolePages = hole,
            EndsInHole = hole > 0,
        };
    }

    /// <summary>Memory below 4 GiB that is not RAM is at the end of the last block there.</summary>
    private int HolePagesOf(int number, int node)
    {
        var low = _state.Blocks.Where(block => block.Key < FirstHighBlock && block.Value.Node == $"{node}").ToList();
        if (_zones.Find(zone => zone.Node == node && zone.Type == ZoneType.Dma32) is not { } zone || low.Count == 0 || low[^1].Key != number)
            return 0;
        var all = (long)low.Count * PagesPerBlock - (zone.Span.Start == DmaEndPfn ? DmaEndPfn : 0);
        // Up to 3.8 the pages that describe memory are not present either, and there are more of them.
        return all - zone.PresentPages is var missing and > 0 and < PagesPerBlock / 8 ? (int)missing : 0;
    }

    private long StartOf(RecordedFigures zone) => zone.Type switch
    {
        ZoneType.Dma => DmaEndPfn - zone.Spanned,
        ZoneType.Dma32 when zone.Spanned == (PhysicalMemory.Dma32End / PageSize.Usual) - DmaEndPfn => DmaEndPfn,
        ZoneType.Dma32 => Math.Max(FirstBlock(zone.Node, 0) * (long)PagesPerBlock, 1),
        _ => FirstBlock(zone.Node, FirstHighBlock) * (long)PagesPerBlock,
    };

    private int FirstBlock(int node, int from)
    {
        var blocks = _state.Blocks.Where(block => block.Value.Node == $"{node}" && block.Key >= from).Select(block => block.Key).ToList();
        return blocks.Count > 0 ? blocks[0] : throw new FormatException($"node {node} has zones but no blocks");
    }

    private static List<int> Numbers(string list) => [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries).SelectMany(part =>
    {
        var ends = Array.ConvertAll(part.Split('-'), end => int.Parse(end, CultureInfo.InvariantCulture));
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    })];
}
