using System.Text.RegularExpressions;

namespace HotplugFs.Sysfs.Tests;

/// <summary>
/// Compares the files with figures with complete ones of real kernels: every line in its order, and the numbers that do not depend on
/// programs (experiments <c>figures</c>; Figures/README.md).
/// </summary>
[TestFixture("3.8")]
[TestFixture("4.9")]
[TestFixture("4.14")]
[TestFixture("4.19")]
[TestFixture("6.1")]
[TestFixture("6.12")]
public sealed partial class FigureFilesTests(string kernel)
{
    private readonly RecordedFigures _recorded = new(kernel);

    [GeneratedRegex(@" *-?\d+")]
    private static partial Regex NumberWithBlanks { get; }

    /// <summary>What a machine without programs shows as on the real one. The kernel tunes the lists of the CPUs on 6.12.</summary>
    [GeneratedRegex(@"^(Node .*|        (min|low|high|promo|boost|spanned|present|managed|cma|protection:) .*|              (high|batch):.*"
        + @"|  vm stats threshold.*|  start_pfn.*|(  )?(node_)?inactive_ratio.*)$")]
    private static partial Regex Constant { get; }

    [GeneratedRegex(@"protection: \(\d+, (.*, .*, .*)\)")]
    private static partial Regex ProtectionWithDma { get; }

    [TestCase("/proc/meminfo", "proc/meminfo")]
    [TestCase("/proc/vmstat", "proc/vmstat")]
    [TestCase("/proc/zoneinfo", "proc/zoneinfo")]
    [TestCase("/proc/buddyinfo", "proc/buddyinfo")]
    [TestCase("/proc/pagetypeinfo", "proc/pagetypeinfo")]
    [TestCase("node/node0/meminfo", "node/node0/meminfo")]
    [TestCase("node/node0/vmstat", "node/node0/vmstat")]
    [TestCase("node/node0/numastat", "node/node0/numastat")]
    public void Lines_AreThoseOfTheKernel(string file, string simulated)
    {
        var lines = Lines(_recorded.Simulate().Read(simulated)).Select(line => NumberWithBlanks.Replace(line, " #"));
        Assert.That(lines, Is.EqualTo(Lines(_recorded[file]).Select(line => NumberWithBlanks.Replace(line, " #"))));
    }

    [Test]
    public void Zoneinfo_ZonesMarksAndProtection_AreThoseOfTheKernel()
    {
        var high = kernel == "6.12" ? "              high:" : "?";
        IEnumerable<string> Figures(string text) =>
            Lines(text).Where(line => Constant.IsMatch(line) && !line.StartsWith(high, StringComparison.Ordinal));
        Assert.That(Figures(_recorded.Simulate().Read("proc/zoneinfo")), Is.EqualTo(Figures(_recorded["/proc/zoneinfo"])));
    }

    /// <summary>3.8 has 206 pages more than its zones manage.</summary>
    [TestCase("MemTotal")]
    [TestCase("CommitLimit")]
    [TestCase("VmallocTotal")]
    [TestCase("HardwareCorrupted")]
    [TestCase("Hugepagesize")]
    public void Meminfo_SizesThatDoNotDependOnPrograms_AreThoseOfTheKernel(string name)
    {
        Assume.That(kernel != "3.8" || name is not ("MemTotal" or "CommitLimit"));
        Assume.That(kernel != "4.14" || name != "HardwareCorrupted");
        string Line(string text) => Lines(text).Single(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        Assert.That(Line(_recorded.Simulate().Read("proc/meminfo")), Is.EqualTo(Line(_recorded["/proc/meminfo"])));
    }

    [Test]
    public void PageDescriptors_OfAddedBlocks_LeaveTheFreePages()
    {
        var tree = _recorded.Simulate();
        var machine = tree.Machine;
        var blocks = _recorded.HasThirdNode ? 5 : 4;
        Assert.That(machine.PossibleNodes.Sum(node => node.ManagedPages - node.Zones.Sum(zone => zone.FreePages)), Is.EqualTo(blocks * 512));
        // The DIMMs of nodes 0 and 2 were plugged when only nodes 0 and 1 had memory; node 0 is the nearest of node 2.
        Assert.That(machine.FindNode(0)!.ManagedPages - machine.FindNode(0)!.Zones.Sum(zone => zone.FreePages), Is.EqualTo(blocks * 512));
        Assert.That(tree.Read("proc/meminfo"), Does.Contain("\nSlab:                  0 kB\n"));
        if (kernel == "6.12")
            Assert.That(_recorded["/proc/vmstat"], Does.Contain($"nr_memmap_pages {machine.PageDescriptors.OfAddedBlocks}\n"
                + $"nr_memmap_boot_pages {machine.PageDescriptors.OfBootBlocks}\n"));
    }

    /// <summary>The lines of a file. The recorded 3.8 was built without zone DMA, which the simulated one has.</summary>
    private string[] Lines(string text)
    {
        var lines = text.TrimEnd('\n').Split('\n').Select(line => line.TrimEnd());
        if (kernel == "3.8")
            lines = lines.Where(line => !line.Contains("_dma ", StringComparison.Ordinal))
                .Select(line => ProtectionWithDma.Replace(line, "protection: ($1)"));
        return [.. lines];
    }
}
