using CsCheck;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Engine.Tests.Differential;

/// <summary>Machines to compare.</summary>
internal static class Layouts
{
    /// <summary>Node 0 has all memory, below 4 GiB; node 1 nothing at all.</summary>
    public static Layout Memoryless { get; } = new(
        new NodeLayout(0, true, new BootRun(0, 4, ZoneType.Dma32, Stuck: true)),
        new NodeLayout(1, false));

    /// <summary>Node 1 boots with Normal memory of its own.</summary>
    public static Layout Standard { get; } = new(
        new NodeLayout(0, true, new BootRun(0, 2, ZoneType.Dma32, Stuck: true), new BootRun(32, 2, ZoneType.Normal, Stuck: true)),
        new NodeLayout(1, true, new BootRun(34, 2, ZoneType.Normal, Stuck: true)));

    /// <summary>One node whose boot memory, two blocks, the ratio of auto-movable counts against.</summary>
    public static Layout SingleNode { get; } = new(new NodeLayout(0, true, new BootRun(0, 2, ZoneType.Dma32, Stuck: true)));

    /// <summary>What a node has: blocks below 4 GiB, blocks above, of those the last ones Movable, and whether the boundary splits one.</summary>
    private static readonly Gen<(int Low, int High, int Movable, bool Splits, bool HasCpu)> Shapes =
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 4], Gen.Int[0, 2], Gen.Bool, Gen.Bool);

    /// <summary>One to three nodes of every shape; node 0 always has memory that cannot go.</summary>
    public static Gen<Layout> Random { get; } = Gen.Select(Gen.Bool, Shapes.Array[1, 3]).Select((hasDma, shapes) =>
    {
        var nodes = new List<NodeLayout>();
        var (low, high) = (0, Layout.Dma32End);
        foreach (var (index, shape) in shapes.Index())
        {
            var runs = new List<BootRun>();
            var lowCount = index == 0 ? Math.Max(1, shape.Low) : shape.Low;
            if (index == 0)
                runs.Add(new BootRun(low++, 1, hasDma ? ZoneType.Dma : ZoneType.Dma32, hasDma ? ZoneType.Dma32 : null, Stuck: true));
            // What node 0 had first is not for the boundary to Movable.
            AddRuns(runs, ref low, index == 0 ? lowCount - 1 : lowCount, ZoneType.Dma32, shape.High == 0 ? shape : (0, 0, 0, false, false));
            AddRuns(runs, ref high, shape.High, ZoneType.Normal, shape);
            // A gap for dimms.
            high += shape.Low;
            nodes.Add(new NodeLayout(index, index == 0 || shape.HasCpu, [.. runs]));
        }
        return new Layout([.. nodes]);
    });

    private static void AddRuns(List<BootRun> runs, ref int next, int count, ZoneType zone, (int Low, int High, int Movable, bool Splits, bool HasCpu) shape)
    {
        var movable = Math.Min(shape.Movable, Math.Max(0, count - 1));
        var split = shape.Splits && movable > 0 ? 1 : 0;
        Add(runs, ref next, count - movable, zone, null);
        Add(runs, ref next, split, zone, ZoneType.Movable);
        Add(runs, ref next, movable - split, ZoneType.Movable, null);
    }

    private static void Add(List<BootRun> runs, ref int next, int count, ZoneType zone, ZoneType? upper)
    {
        if (count == 0)
            return;
        runs.Add(new BootRun(next, count, zone, upper));
        next += count;
    }
}
