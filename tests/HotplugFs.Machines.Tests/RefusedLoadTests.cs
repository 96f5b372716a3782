using static HotplugFs.Machines.Tests.MachineText;

namespace HotplugFs.Machines.Tests;

/// <summary>Messages about loads and virtio-mem devices that a machine file cannot have.</summary>
public sealed class RefusedLoadTests
{
    private const string Load = "[[load]]\nid = \"app\"\nkind = \"anon\"\nsize = \"1M\"\nnode = 0\npolicy = \"bind\"\nchurn = 2\nseed = 3\n";
    private const string Device = "[[virtio_mem]]\nid = \"v\"\nnode = 0\nmax = \"1G\"\naddress = \"5G\"\nsize = \"2M\"\n";
    private const string Block = "[[memory]]\nnode = 0\nblocks = 40\nzone = \"Movable\"\nvirtio_mem = \"v\"\n";
    private const string Newer = Top + "kernel = \"6.12\"\n";

    [TestCase("\"app\"", "\"stop\"", 9, "invalid load name \"stop\"")]
    [TestCase("anon", "anno", 10, "unknown kind \"anno\"; did you mean anon? (known: anon, file, ")]
    [TestCase("\"1M\"", "\"many\"", 11, "size must be a number of bytes")]
    [TestCase("node = 0", "node = 7", 12, "unknown node 7")]
    [TestCase("bind", "bound", 13, "unknown policy \"bound\"")]
    [TestCase("churn = 2", "churn = 1001", 14, "churn must be from 0 to 1000")]
    [TestCase("seed = 3", "pages = 3", 15, "pages must be a list of strings")]
    [TestCase("seed = 3", "pages = [\"1 DMA32\"]", 15, "\"1 DMA32\" in pages is not a block")]
    [TestCase("size = \"1M\"\n", "", 8, "size is missing in [[load]]")]
    public void Load_Invalid_NamesLineAndCorrection(string valid, string invalid, int line, string part) =>
        AssertRefused(With(more: Load.Replace(valid, invalid)), line, part);

    [Test]
    public void Load_Twice_NamesBothLines() => AssertRefused(With(more: Load + Load), 17, "duplicate load app; the first is in line 8");

    [TestCase("\"1G\"", "\"1000M\"", 12, "max 1000M is not a multiple of the block size 128M")]
    [TestCase("\"2M\"", "\"3M\"", 14, "size must be a multiple of 2M up to 1G, not 3M")]
    [TestCase("\"2M\"", "\"2G\"", 14, "size must be a multiple of 2M up to 1G, not 2G")]
    [TestCase("\"5G\"", "\"128M\"", 13, "virtio-mem v, blocks 1-8 and blocks 0-1 (line 5) overlap")]
    [TestCase("\"v\"", "\"\"", 10, "invalid virtio-mem name")]
    public void Device_Invalid_NamesLineAndCorrection(string valid, string invalid, int line, string part) =>
        AssertRefused(With(top: Newer, more: Device.Replace(valid, invalid)), line, part);

    [TestCase("virtio_mem = \"v\"", "virtio_mem = \"w\"", "there is no virtio-mem device w")]
    [TestCase("blocks = 40", "blocks = 48", "block 48 of node 0 is not in the region of v, blocks 40-47 of node 0")]
    [TestCase("virtio_mem = \"v\"", "virtio_mem = \"v\"\ndimm = \"d\"", "to a DIMM or to a virtio-mem device")]
    [TestCase("virtio_mem = \"v\"", "plugged = \"2M\"", "only the blocks of a virtio-mem device")]
    public void Block_OfADevice_Invalid_NamesTheProblem(string valid, string invalid, string part) =>
        Assert.That(Refusal(With(top: Newer, more: Device + Block.Replace(valid, invalid))), Does.Contain(part));

    [TestCase("hugepages = { \"1G\" = 1 }\n", "the machine has no huge pages of \"1G\" (known: \"2M\"); hugepage_sizes lists them")]
    [TestCase("hugepages = { \"2M\" = \"x\" }\n", "the number of huge pages of \"2M\" must be from 0 to 2147483647, not x; example: { \"1G\" = 4 }")]
    [TestCase("hugepages = [\"34 Normal 512 1G\"]\n", "the machine has no huge pages of \"1G\"")]
    public void HugePages_ThatTheMachineDoesNotHave_AreRefused(string line, string part) =>
        Assert.That(Refusal(With(node: Node + line)), Does.Contain(part));

    [TestCase("kind = \"anon\"", "only a load of kind \"hugetlb\" has a hugepage_size")]
    [TestCase("kind = \"hugetlb\"", "the machine has no huge pages of \"1G\"")]
    public void Load_WithASizeOfHugePages_NeedsSuchPages(string kind, string part) =>
        Assert.That(Refusal(With(more: Load.Replace("kind = \"anon\"", kind) + "hugepage_size = \"1G\"\n")), Does.Contain(part));

    [TestCase("34 Normal 100 2M", "\"34 Normal 100 2M\" in pages is no number of huge pages: each has 512 pages")]
    [TestCase("34 Normal 512 1G", "\"34 Normal 512 1G\" in pages is not a block, its zone and a number of pages")]
    public void Load_WithHalfATransparentHugePage_IsRefused(string place, string part) =>
        Assert.That(Refusal(With(more: Load.Replace("\"anon\"", "\"thp\"") + $"pages = [\"{place}\"]\n")), Does.Contain(part));

    [Test]
    public void Device_OfAnOldKernel_IsRefused() => AssertRefused(With(more: Device), 9, "kernel 4.9 has no virtio-mem");

    [Test]
    public void Boot_WithALoadThatDoesNotFit_NamesWhatIsFree()
    {
        var machine = Parse(With(more: Load.Replace("\"1M\"", "\"1G\"")));
        Assert.That(() => Boot(machine), Throws.ArgumentException.With.Message.Match("^load app: refused: .* do not fit; free are .* in zone DMA32"));
    }

    [Test]
    public void Boot_WithLoadAndDevice_HasTheirMemory()
    {
        var machine = Boot(Parse(With(top: Newer, node: Node + "hugepages = 4\n", more: Device + Load)));
        Assert.That(machine.Loads.Single().ResidentBytes, Is.EqualTo(1 << 20));
        Assert.That(machine.VirtioMem.Single().Blocks.Members(), Is.EqualTo(new[] { 40 }));
        Assert.That(machine.HugePages.Free(machine.FindNode(0)!), Is.EqualTo(4));
    }
}
