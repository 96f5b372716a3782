using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Maps;

/// <summary>The memory of some nodes by zone.</summary>
internal sealed class ZoneTotals
{
    private readonly long[] _blocks = new long[ZoneNames.Count];
    private readonly long[] _pages = new long[ZoneNames.Count];
    private readonly long[] _used = new long[ZoneNames.Count];
    private readonly List<(IReadOnlyList<ZoneType> Zones, long Blocks)> _mayBecome = [];

    public ZoneTotals(IEnumerable<MapNode> nodes)
    {
        foreach (var run in nodes.SelectMany(node => node.Runs))
        {
            if (run.State == MemoryBlockState.Offline)
            {
                OfflineBlocks += run.Count;
                var index = _mayBecome.FindIndex(each => each.Zones.SequenceEqual(run.ValidZones));
                if (index < 0)
                    _mayBecome.Add((run.ValidZones, run.Count));
                else
                    _mayBecome[index] = (run.ValidZones, _mayBecome[index].Blocks + run.Count);
                continue;
            }
            OnlineBlocks += run.Count;
            // A block in several zones counts for the lowest.
            var zone = run.Zones == default ? (int)ZoneType.Normal : (int)run.Zones.Lowest;
            _blocks[zone] += run.Count;
            _pages[zone] += run.Count * run.Pages;
            _used[zone] += run.Count * run.Used.Sum(use => use.Pages);
        }
    }

    /// <summary>Number of blocks that are online or going offline.</summary>
    public long OnlineBlocks { get; private set; }

    /// <summary>Number of blocks that are offline.</summary>
    public long OfflineBlocks { get; private set; }

    /// <summary>The zones with online blocks.</summary>
    public IEnumerable<(ZoneType Zone, long Blocks, long Pages, long Used)> Zones =>
        Enum.GetValues<ZoneType>().Where(zone => _blocks[(int)zone] > 0)
            .Select(zone => (zone, _blocks[(int)zone], _pages[(int)zone], _used[(int)zone]));

    /// <summary>The zones that offline blocks may become, the default first, and how many blocks; no zone if they cannot come online.</summary>
    public IReadOnlyList<(IReadOnlyList<ZoneType> Zones, long Blocks)> MayBecome => _mayBecome;
}
