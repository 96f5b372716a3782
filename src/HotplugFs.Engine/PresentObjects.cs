using HotplugFs.Engine.Pages;

namespace HotplugFs.Engine;

/// <summary>The objects that a machine has at a time, to find out which of them another state lacks or adds.</summary>
internal sealed class PresentObjects(Machine machine)
{
    private readonly Dictionary<(BlockId Block, uint Generation), NumaNode> _blocks = machine.Blocks.Members()
        .Select(number => machine[new BlockId(number)]).ToDictionary(block => (block.Id, block.Generation), block => block.Node);

    private readonly Dictionary<(int Number, uint Generation), NumaNode> _nodes =
        machine.PossibleNodes.Where(node => node.Online).ToDictionary(node => (node.Number, node.Generation));

    private readonly Dictionary<(int Index, uint Generation), Dimm> _dimms = machine.Dimms.ToDictionary(dimm => (dimm.Index, dimm.Generation));

    private readonly Dictionary<(int Index, uint Generation), Load> _loads = machine.Loads.ToDictionary(load => (load.Index, load.Generation));

    private readonly Dictionary<(int Index, uint Generation), DaxDevice> _dax = machine.Dax.ToDictionary(device => (device.Index, device.Generation));

    private readonly HashSet<int> _cpus = [.. machine.Cpus.Online.Members()];

    /// <summary>Lists what is not there later, and then what is there only later.</summary>
    public IReadOnlyList<HotplugEvent> ChangesTo(PresentObjects later) =>
    [
        .. _cpus.Except(later._cpus).Select(cpu => new CpuOffline(cpu)),
        .. later._cpus.Except(_cpus).Select(cpu => new CpuOnline(cpu)),
        .. Missing(_loads, later._loads).Select(load => new LoadRemoved(load.Value.Id)),
        .. Missing(_dax, later._dax).Select(device => new DaxRemoved(device.Value)),
        .. Missing(_dimms, later._dimms).Select(dimm => new DimmRemoved(dimm.Value)),
        .. Missing(_blocks, later._blocks).Select(block => new BlockRemoved(block.Key.Block, block.Value)),
        .. Missing(_nodes, later._nodes).Select(node => new NodeRemoved(node.Value)),
        .. Missing(later._nodes, _nodes).Select(node => new NodeAdded(node.Value)),
        .. Missing(later._blocks, _blocks).Select(block => new BlockAdded(block.Key.Block, block.Value)),
        .. Missing(later._dimms, _dimms).Select(dimm => new DimmAdded(dimm.Value)),
        .. Missing(later._dax, _dax).Select(device => new DaxAdded(device.Value)),
        .. Missing(later._loads, _loads).Select(load => new LoadAdded(load.Value.Id)),
    ];

    private static IEnumerable<KeyValuePair<TKey, TObject>> Missing<TKey, TObject>(
        Dictionary<TKey, TObject> all, Dictionary<TKey, TObject> present)
        where TKey : notnull => all.Where(each => !present.ContainsKey(each.Key));
}
