using System.Formats.Tar;
using HotplugFs.Engine.Memory;
using HotplugFs.Engine.Pages;
using HotplugFs.Kernels;
using HotplugFs.Machines.Dumps;
using HotplugFs.Machines.Files;

namespace HotplugFs.Machines.Tests;

/// <summary>A block whose first pages are on one node and whose last pages are on others (docs/kernels.md, "A block on two nodes").</summary>
public sealed class SharedBlockTests
{
    private const string Memory = "sys/devices/system/memory";
    private const int Shared = 3;

    private static string Text(string kernel, string parts = "{ node = 1, pages = 8192 }", string more = "") => $$"""
        block_size = "128M"
        kernel = "{{kernel}}"
        [[node]]
        number = 0
        cpus = "0"
        [[node]]
        number = 1
        [[memory]]
        node = 0
        blocks = "0-2"
        zone = "DMA32"
        [[memory]]
        node = 0
        blocks = "{{Shared}}"
        zone = "DMA32"
        other_nodes = [{{parts}}]
        {{more}}
        [[memory]]
        node = 1
        blocks = "4-7"
        zone = "DMA32"

        """;

    public static IEnumerable<string> Kernels() => KernelCatalogue.All.Select(kernel => kernel.Name);

    [TestCaseSource(nameof(Kernels))]
    public void Block_OnTwoNodes_IsPartOfBothAndCannotGoOffline(string kernel)
    {
        var machine = MachineText.Boot(MachineText.Parse(Text(kernel)));
        var id = new BlockId(Shared);
        var (first, second) = (machine.FindNode(0)!, machine.FindNode(1)!);
        Assert.That(machine.OtherNodesOf(id).Single().Node, Is.EqualTo(1));
        Assert.That(first.Blocks.Contains(Shared) && second.Blocks.Contains(Shared));
        Assert.That(first.PresentPages, Is.EqualTo(4 * 32768 - 8192));
        Assert.That(second.PresentPages, Is.EqualTo(4 * 32768 + 8192));
        Assert.That(first.Zone(ZoneType.Dma32).Span, Is.EqualTo(new PfnRange(1, 4 * 32768 - 8192)));
        Assert.That(second.Zone(ZoneType.Dma32).Span, Is.EqualTo(new PfnRange(4 * 32768 - 8192, 8 * 32768)));
        Assert.That(second.Span.Start, Is.EqualTo(4 * 32768 - 8192));
        Assert.That(machine.ValidZones(id).Count, Is.Zero);
        Assert.That(machine.Devices.SetState(id, OnlineType.Offline).Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(machine.Devices.SetState(new BlockId(5), OnlineType.Offline).IsOk);
        Assert.That(second.PresentPages, Is.EqualTo(3 * 32768 + 8192));
    }

    [TestCaseSource(nameof(Kernels))]
    public void SavedMachine_WithABlockOnTwoNodes_BootsToTheSame(string kernel)
    {
        var machine = MachineText.Boot(MachineText.Parse(Text(kernel)));
        machine.Devices.SetState(new BlockId(5), OnlineType.Offline);
        var text = MachineFile.Write(RunningMachine.Describe("now", machine));
        var again = MachineText.Boot(MachineText.Parse(text));
        Assert.That(text, Does.Contain("other_nodes = [{ node = 1, pages = 8192 }]"));
        Assert.That(MachineFile.Write(RunningMachine.Describe("now", again)), Is.EqualTo(text));
        Assert.That(again.FindNode(1)!.PresentPages, Is.EqualTo(machine.FindNode(1)!.PresentPages));
    }

    [TestCase("4.9")]
    [TestCase("6.12")]
    public void Load_OfAllMemory_TakesThePagesOfBothNodes(string kernel)
    {
        var machine = MachineText.Boot(MachineText.Parse(Text(kernel)));
        int[] inShared = [24576, 8192];
        foreach (var (node, index) in machine.PossibleNodes.Select((node, index) => (node, index)))
        {
            var load = machine.Loads.Start($"all{index}", PageKind.Anon, 0, new LoadPlacement(node, MemoryPolicy.Bind)).Value;
            for (var size = 1L << 20; machine.Loads.Resize(load, size).IsOk; size += 1 << 20)
                Assert.That(load.PagesByNode.Keys, Is.EqualTo(new[] { index }));
            Assert.That(load.PagesByBlock[new BlockId(Shared)], Is.GreaterThan(0).And.AtMost(inShared[index]));
        }
        Assert.That(machine.UsablePages(new BlockId(Shared)), Is.EqualTo(32768));
        foreach (var load in machine.Loads.ToArray())
            machine.Loads.Stop(load);
        Assert.That(machine.Devices.SetState(new BlockId(5), OnlineType.Offline).IsOk);
    }

    [Test]
    public void Parts_OfThreeNodesAndAnotherZone_AreKept()
    {
        var machine = MachineText.Boot(MachineText.Parse(
            Text("6.12", "{ node = 1, pages = 8192 }, { node = 2, pages = 512, zone = \"Movable\" }") + "[[node]]\nnumber = 2\n"));
        Assert.That(machine.FindNode(2)!.Zone(ZoneType.Movable).Span, Is.EqualTo(new PfnRange(4 * 32768 - 512, 4 * 32768)));
        Assert.That(machine.FindNode(2)!.Online);
        Assert.That(MachineFile.Write(RunningMachine.Describe("now", machine)), Does.Contain("{ node = 2, pages = 512, zone = \"Movable\" }"));
    }

    [TestCase("{ node = 2, pages = 512 }", "", 16, "unknown node 2 in other_nodes; [[node]] adds a node")]
    [TestCase("{ node = 0, pages = 512 }", "", 16, "node 0 has two parts of the block")]
    [TestCase("{ node = 1, pages = 100 }", "", 16, "pages in other_nodes must be a multiple of a pageblock's 512, not 100")]
    [TestCase("{ node = 1, pages = 32768 }", "", 16, "node 0 needs some, too")]
    [TestCase("{ node = 1 }", "", 16, "each of other_nodes needs a node and a number of pages; example: other_nodes = [{ node = 1, pages = 16384 }]")]
    [TestCase("{ node = 1, page = 512 }", "", 16, "unknown word \"page\" in other_nodes; did you mean pages?")]
    [TestCase("{ node = 1, pages = 512, zone = \"Norml\" }", "", 15, "unknown zone \"Norml\"")]
    [TestCase("{ node = 1, pages = 512 }", "state = \"offline\"", 16, "only a single online block of boot memory")]
    [TestCase("{ node = 1, pages = 512 }", "hole_pages = 1", 17, "a block on several nodes can have no holes")]
    public void Parts_ThatDoNotDivideTheBlock_AreRefused(string parts, string more, int line, string message) =>
        MachineText.AssertRefused(Text("6.12", parts, more), line, message);

    [Test]
    public void Import_OfLinksToTwoNodes_KeepsBoth()
    {
        const string Zones = """
            Node 0, zone    DMA32
                    spanned  57343
                    present  57343
                    managed  57343
              start_pfn:           1
            Node 1, zone    DMA32
                    spanned  40960
                    present  40960
                    managed  40960
              start_pfn:           57344

            """;
        var imported = DumpImport.ImportArchive("dump.tar", Dump([("proc/zoneinfo", Zones)]));
        Assert.That(imported.Text, Does.Contain("other_nodes = [{ node = 1, pages = 8192 }]"));
        Assert.That(imported.Losses.Lines, Has.None.Contains("several nodes"));
        var guessed = DumpImport.ImportArchive("dump.tar", Dump([]));
        Assert.That(guessed.Text, Does.Contain("other_nodes = [{ node = 1, pages = 16384 }]  # guessed: equal parts"));
        Assert.That(string.Join('\n', guessed.Losses.Lines), Does.Contain("the block is on several nodes; where they meet is guessed"));
        Assert.That(MachineText.Boot(MachineText.Parse(guessed.Text)).FindNode(1)!.Blocks.Members(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void Import_OfANodeWithLessThanAPageblock_NamesTheLoss()
    {
        const string Zones = """
            Node 0, zone    DMA32
                    spanned  32867
                    present  32867
                    managed  32867
              start_pfn:           1
            Node 1, zone    DMA32
                    spanned  65436
                    present  65436
                    managed  65436
              start_pfn:           32868

            """;
        var imported = DumpImport.ImportArchive("dump.tar", Dump([("proc/zoneinfo", Zones)]));
        Assert.That(imported.Text, Does.Not.Contain("other_nodes"));
        Assert.That(
            string.Join('\n', imported.Losses.Lines),
            Does.Contain("memory1: the block is on several nodes, and those with less than a pageblock of it are left out"));
    }

    /// <summary>Three blocks, of which the second links to two nodes.</summary>
    private static MemoryStream Dump((string Name, string Text)[] more)
    {
        var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            List<(string Name, string Text)> files = [.. more, ($"{Memory}/block_size_bytes", "8000000\n"),
                ($"{Memory}/auto_online_blocks", "offline\n"), ("proc/version", "Linux version 6.1.0-13-amd64 (x86_64)\n")];
            for (var block = 0; block < 3; block++)
                files.AddRange([($"{Memory}/memory{block}/state", "online\n"), ($"{Memory}/memory{block}/online", "1\n"),
                    ($"{Memory}/memory{block}/valid_zones", block == 1 ? "none\n" : "DMA32\n")]);
            foreach (var (name, text) in files)
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
            foreach (var (block, node) in (ReadOnlySpan<(int, int)>)[(0, 0), (1, 0), (1, 1), (2, 1)])
                writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, $"{Memory}/memory{block}/node{node}")
                {
                    LinkName = $"../../node/node{node}",
                });
        }
        archive.Position = 0;
        return archive;
    }
}
