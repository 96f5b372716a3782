using CsCheck;

namespace HotplugFs.Engine.Tests.Differential;

/// <summary>Layouts of machines to compare.</summary>
internal static class Layouts
{
    /// <summary>All boot memory is on node 0, below 4 GiB; node 1 has neither memory nor CPU.</summary>
    public static Layout Memoryless { get; } = new(
        new NodeLayout(0, true, new BootRun(0, 4, ZoneType.Dma32, Stuck: true)),
        new NodeLayout(1, false));

    /// <summary>Both nodes boot with Normal memory.</summary>
    public static Layout Standard { get; } = new(
        new NodeLayout(0, true, new BootRun(0, 2, ZoneType.Dma32, Stuck: true), new BootRun(32, 2, ZoneType.Normal, Stuck: true)),
        new NodeLayout(1, true, new BootRun(34, 2, ZoneType.Normal, Stuck: true)));

    /// <summary>One node with two blocks of boot memory, the base of auto-movable's ratio.</summary>
    public static Layout SingleNode { get; } = new(new NodeLayout(0, true, new BootRun(0, 2, ZoneType.Dma32, Stuck: true)));

    private static readonly Gen<Shape> Shapes = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 4], Gen.Int[0, 2], Gen.Bool, Gen.Bool,
        (low, high, movable, splits, hasCpu) => new Shape(low, high, movable, splits, hasCpu));

    /// <summary>One to three nodes of every shape; node 0 always has memory that cannot go offline.</summary>
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
            // The first block of node 0 never is at the boundary to Movable.
            AddRuns(runs, ref low, index == 0 ? lowCount - 1 : lowCount, ZoneType.Dma32, shape.High == 0 ? shape : default);
            AddRuns(runs, ref high, shape.High, ZoneType.Normal, shape);
            // Leave a gap for DIMMs.
            high += shape.Low;
            nodes.Add(new NodeLayout(index, index == 0 || shape.HasCpu, [.. runs]));
        }
        return new Layout([.. nodes]);
    });

    private static void AddRuns(List<BootRun> runs, ref int next, int count, ZoneType zone, Shape shape)
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

    /// <summary>The memory of a node.</summary>
    /// <param name="Low">Number of blocks below 4 GiB.</param>
    /// <param name="High">Number of blocks above 4 GiB.</param>
    /// <param name="Movable">How many of the last blocks are Movable.</param>
    /// <param name="Splits">True if the boundary to Movable splits a block.</param>
    private readonly record struct Shape(int Low, int High, int Movable, bool Splits, bool HasCpu);
}
