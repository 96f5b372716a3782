using System.Text.RegularExpressions;
using HotplugFs.Sysfs.Control;

namespace HotplugFs.Sysfs.Tests;

/// <summary>
/// Files that act on the memory of zones, and figures that follow from their free pieces (docs/kernels.md, "Watermarks and protection",
/// "Huge pages", "Free lists", "vmstat").
/// </summary>
public sealed partial class SysctlTests
{
    private const string MinFree = "proc/sys/vm/min_free_kbytes";
    private const string Overcommit = "proc/sys/vm/nr_overcommit_hugepages";
    private const string Pool = "hugepages/hugepages-2048kB";

    [GeneratedRegex(@"^Node (\d+), zone +(\w+) +(.*)$", RegexOptions.Multiline)]
    private static partial Regex ZoneLine { get; }

    [GeneratedRegex(@"^nr_dirty_(background_)?threshold (\d+)$", RegexOptions.Multiline)]
    private static partial Regex DirtyLine { get; }

    [Test]
    public void MinFree_ThatIsWritten_SetsTheMarksOfTheZones([Values("3.8", "4.9", "6.12")] string kernel)
    {
        var tree = new TestTree(kernel: kernel);
        Assert.That(tree.Write(MinFree, "40000\n").IsOk, tree.Log);
        Assert.That(tree.Read(MinFree), Is.EqualTo("40000\n"));
        var marks = tree.Machine.PossibleNodes.SelectMany(node => node.Zones).Where(zone => zone.ManagedPages > 0).Sum(zone => zone.Marks.Min);
        Assert.That(marks, Is.EqualTo(10000).Within(8), "40,000 KiB in pages, but for what the division leaves");
    }

    /// <summary>Experiments <c>watermarks</c> of 3.8, 4.9, 4.14 and 6.12.</summary>
    [TestCase("3.8", 200, false)]
    [TestCase("4.9", 200, false)]
    [TestCase("4.14", 60000, true)]
    [TestCase("6.12", 1 << 20, true)]
    public void MinFree_ThatIsWritten_LastsPastAnOnlineWhereTheKernelKeepsIt(string kernel, int value, bool lasts)
    {
        var tree = new TestTree(kernel: kernel);
        tree.Write(MinFree, $"{value}");
        Assert.That(tree.Write("memory/memory43/state", "online_movable").IsOk, tree.Log);
        Assert.That(tree.Read(MinFree) == $"{value}\n", Is.EqualTo(lasts));
    }

    [TestCase("x")]
    [TestCase("-1")]
    [TestCase("2147483648")]
    public void Numbers_ThatTheKernelRefuses(string text)
    {
        var tree = new TestTree();
        Assert.That(tree.Write(MinFree, text).Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(tree.Write(Overcommit, text).Error, Is.EqualTo(Errno.EINVAL));
    }

    /// <summary>Experiments <c>off-slow</c> of 4.9 and <c>wait-signal</c> of 6.12.</summary>
    [TestCase("4.9", false)]
    [TestCase("6.12", true)]
    public void MinFree_WhileAnOfflineLasts_WaitsWhereTheKernelWaits(string kernel, bool waits)
    {
        var tree = new TestTree(kernel: kernel, clock: new ManualClock());
        tree.Write("memory/memory43/state", "online_movable");
        tree.Write("hotplugfs/migration_rate", "2s");
        tree.Machine.Caller = new Caller(1);
        Assert.That(tree.Write("memory/memory43/state", "offline").Error, Is.EqualTo(Errno.EWAITING));
        tree.Machine.Caller = new Caller(2, IsInterrupted: true);
        var written = tree.Write(MinFree, "5000");
        Assert.That(written.TryGet(out _, out var error) ? 0 : error, Is.EqualTo(waits ? Errno.EWAITING : 0));
    }

    /// <summary>Experiment <c>end-hugetlb</c> of 4.9: surplus huge pages are made on the other node, and vanish with their program.</summary>
    [Test]
    public void HugePages_OfABlockThatGoesOffline_BecomeSurplusIfTheyMay()
    {
        var tree = new TestTree(kernel: "4.9");
        tree.Write("memory/memory43/state", "online_movable");
        tree.Write($"node/node1/{Pool}/nr_hugepages", "20");
        Assert.That(tree.Write("hotplugfs/load/start", "id=app kind=hugetlb size=40M node=1 policy=bind").IsOk, tree.Log);
        Assert.That(tree.Write("memory/memory43/state", "offline").Error, Is.EqualTo(Errno.ENOMEM));
        tree.Write(Overcommit, "100");
        Assert.That(tree.Write("memory/memory43/state", "offline").IsOk, tree.Log);
        Assert.That((tree.Read($"node/node0/{Pool}/surplus_hugepages"), tree.Read($"node/node0/{Pool}/nr_hugepages")), Is.EqualTo(("20\n", "20\n")));
        tree.Write("hotplugfs/load/stop", "app");
        Assert.That((tree.Read($"node/node0/{Pool}/surplus_hugepages"), tree.Read($"node/node0/{Pool}/nr_hugepages")), Is.EqualTo(("0\n", "0\n")));
    }

    /// <summary>The part of the free pages in smaller pieces follows from buddyinfo, in thousandths.</summary>
    [Test]
    public void Extfrag_OfScatteredMemory_FollowsFromTheFreePieces()
    {
        var tree = new TestTree(kernel: "6.12");
        tree.Write("memory/memory43/state", "online_movable");
        Assert.That(tree.Read("sys/kernel/debug/extfrag/extfrag_index"), Does.Contain("Movable -1.000 -1.000"));
        Assert.That(tree.Write("hotplugfs/load/start", "id=app size=120M node=1 policy=bind churn=3").IsOk, tree.Log);
        tree.Write("hotplugfs/load/resize", "id=app size=30M");
        var unusable = ZoneLine.Matches(tree.Read("sys/kernel/debug/extfrag/unusable_index")).ToDictionary(Name, Numbers);
        foreach (Match zone in ZoneLine.Matches(tree.Read("proc/buddyinfo")))
        {
            var orders = Numbers(zone);
            var pages = orders.Select((count, order) => count * (1L << order)).ToArray();
            var expected = pages.Select((_, order) => Math.Floor(pages.Take(order).Sum() * 1000 / pages.Sum()) / 1000);
            Assert.That(unusable[Name(zone)], Is.EqualTo(expected).Within(0.0001), Name(zone));
        }
    }

    [TestCase("3.8", 5120, 2560)]
    [TestCase("6.12", 5119, 2556)]
    public void DirtyThresholds_FallWithTheMemoryOfPrograms_AndNotWithThePageCache(string kernel, int threshold, int background)
    {
        var tree = new TestTree(kernel: kernel);
        var before = Dirty(tree);
        Assert.That(tree.Write("hotplugfs/load/start", "id=cache kind=file size=100M node=1").IsOk, tree.Log);
        Assert.That(Dirty(tree), Is.EqualTo(before));
        Assert.That(tree.Write("hotplugfs/load/start", "id=app kind=anon size=100M node=1").IsOk, tree.Log);
        Assert.That(before.Threshold - Dirty(tree).Threshold, Is.EqualTo(threshold).Within(1));
        Assert.That(before.Background - Dirty(tree).Background, Is.EqualTo(background).Within(1));
    }

    private static (long Threshold, long Background) Dirty(TestTree tree)
    {
        var lines = DirtyLine.Matches(tree.Read("proc/vmstat")).ToDictionary(match => match.Groups[1].Success, match => Number(match.Groups[2]));
        return (lines[false], lines[true]);
    }

    private static string Name(Match zone) => $"{zone.Groups[1]} {zone.Groups[2]}";

    private static double[] Numbers(Match zone) =>
        [.. zone.Groups[3].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];

    private static long Number(Group group) => long.Parse(group.ValueSpan, CultureInfo.InvariantCulture);
}
