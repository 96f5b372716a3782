using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Kernels;
using HotplugFs.Machines.Files;

namespace HotplugFs.Machines.Tests;

/// <summary>What other architectures do differently (docs/kernels.md, "Architectures").</summary>
public sealed class ArchitectureTests
{
    private const int Sequences = 20;
    private const int OperationsMax = 40;
    private const uint FirstIndex = LogicalBlocks.FirstIndex;

    private static Machine Boot(string architecture, string zone, string more = "", string top = "block_size = \"256M\"\n") =>
        MachineText.Boot(MachineText.Parse(
            $"architecture = \"{architecture}\"\nkernel = \"6.1\"\n{top}[[node]]\nnumber = 0\ncpus = \"0\"\n[[node]]\nnumber = 1\n"
            + $"[[memory]]\nnode = 0\nblocks = \"8-11\"\nzone = \"{zone}\"\n{more}"));

    [Test]
    public void Arm64_BootBlock_NeverGoesOffline()
    {
        var machine = Boot("arm64", "DMA", "[[memory]]\nnode = 0\nblocks = \"12\"\nzone = \"DMA\"\nhole_pages = 1\n"
            + "[[memory]]\nnode = 0\nblocks = \"13\"\nzone = \"DMA\"\nkernel_pages = true\n");
        Assert.That(machine.Devices.SetState(new BlockId(9), OnlineType.Offline).Error, Is.EqualTo(Errno.EPERM));
        Assert.That(machine.Devices.SetState(new BlockId(12), OnlineType.Offline).Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(machine.Devices.SetState(new BlockId(13), OnlineType.Offline).Error, Is.EqualTo(Errno.EBUSY));
        Assert.That(machine.Plug(new DimmDefinition("a", 0, machine.BlockSizeBytes, null)).IsOk);
        var dimm = machine.Dimms.Single().First;
        Assert.That(machine.Devices.SetState(dimm, OnlineType.OnlineMovable).IsOk);
        Assert.That(machine.Devices.SetState(dimm, OnlineType.Offline).IsOk);
    }

    [Test]
    public void Arm64_NodeWithoutMemory_IsOnlineUntilItsDimmIsRemoved()
    {
        var machine = Boot("arm64", "DMA");
        Assert.That(machine.FindNode(1)!.Online);
        Assert.That(machine.Plug(new DimmDefinition("a", 1, machine.BlockSizeBytes, null)).IsOk);
        Assert.That(machine.Unplug(machine.Dimms.Single()).IsOk);
        Assert.That(machine.FindNode(1)!.Online, Is.False);
        Assert.That(MachineText.Boot(MachineText.Parse(MachineFile.Write(RunningMachine.Describe("now", machine)))).FindNode(1)!.Online, Is.False);
    }

    [Test]
    public void Ppc64le_Plug_IsOnlineWhateverTheSetting()
    {
        var machine = Boot("ppc64le", "Normal");
        Assert.That(machine.Plug(new DimmDefinition("a", 0, 2 * machine.BlockSizeBytes, null)).IsOk);
        var dimm = machine.Dimms.Single();
        Assert.That(machine[dimm.Last].State, Is.EqualTo(MemoryBlockState.Online));
        var blocks = machine.LogicalBlocks!;
        Assert.That(blocks.Remove(FirstIndex + (uint)dimm.First.Number).IsOk);
        Assert.That(blocks.Remove(FirstIndex + (uint)dimm.First.Number).Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(blocks.Add(FirstIndex + (uint)dimm.Last.Number).Error, Is.EqualTo(Errno.EPERM));
        Assert.That(blocks.AddCount(2).Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(machine.Blocks.Contains(dimm.First.Number), Is.False, "what was added is removed again");
        Assert.That(blocks.AddCount(1).IsOk);
        Assert.That(machine.Blocks.Contains(dimm.First.Number));
        Assert.That(blocks.Remove(FirstIndex + 9).Error, Is.EqualTo(Errno.EINVAL), "boot memory");
    }

    [Test]
    public void Ppc64le_ProbeOfARemovedLogicalBlock_AddsItToItsDimm()
    {
        var machine = Boot("ppc64le", "Normal");
        Assert.That(machine.Plug(new DimmDefinition("a", 1, 2 * machine.BlockSizeBytes, null)).IsOk);
        var block = machine.Dimms.Single().Last;
        var address = (ulong)(block.Number * machine.BlockSizeBytes);
        Assert.That(machine.Devices.Probe(address).Error, Is.EqualTo(Errno.EEXIST), "it is there");
        Assert.That(machine.LogicalBlocks!.Remove(FirstIndex + (uint)block.Number).IsOk);
        Assert.That(machine.Devices.Probe(address).IsOk);
        Assert.That(machine[block].State, Is.EqualTo(MemoryBlockState.Offline));
        Assert.That(machine[block].Node.Number, Is.EqualTo(1));
        Assert.That(MachineText.Boot(MachineText.Parse(MachineFile.Write(RunningMachine.Describe("now", machine)))).Blocks.Contains(block.Number));
        Assert.That(machine.LogicalBlocks.Remove(FirstIndex + (uint)block.Number).IsOk, "it is the DIMM's again");
        Assert.That(machine.Blocks.Contains(block.Number), Is.False);
    }

    [Test]
    public void Ppc64le_OfferedMemory_IsAddedOnDemand()
    {
        var machine = Boot("ppc64le", "Normal", "[[dimm]]\nid = \"pool\"\nnode = 0\nsize = \"1G\"\naddress = \"8G\"\nassigned = false\n");
        Assert.That(machine.Blocks.Count, Is.EqualTo(4));
        Assert.That(machine.LogicalBlocks!.AddRange(2, FirstIndex + 33).IsOk);
        Assert.That(machine.Blocks.Members(), Is.EqualTo(new[] { 8, 9, 10, 11, 33, 34 }));
        Assert.That(machine.LogicalBlocks.AddRange(5, FirstIndex + 32).Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(machine.LogicalBlocks.RemoveRange(4, FirstIndex + 32).IsOk);
        Assert.That(machine.Blocks.Count, Is.EqualTo(4));
    }

    [Test]
    public void S390x_HasNeitherNodesNorDimms()
    {
        var machine = Boot("s390x", "Normal", top: "block_size = \"256M\"\nphys_device = \"1M\"\n");
        Assert.That(machine.Config.Numa, Is.False);
        Assert.That(machine.Plug(new DimmDefinition("a", 0, machine.BlockSizeBytes, null)).Error, Is.EqualTo(Errno.EOPNOTSUPP));
    }

    private const string StandbyTop = "block_size = \"256M\"\nstandby = \"16-17\"\n";

    [Test]
    public void S390x_StandbyMemoryBefore619_IsOfflineAtBoot()
    {
        var machine = Boot("s390x", "Normal", top: StandbyTop);
        Assert.That(machine.StandbyMemory, Is.Null);
        Assert.That(machine[new BlockId(17)].State, Is.EqualTo(MemoryBlockState.Offline));
        Assert.That(machine.Devices.SetState(new BlockId(17), OnlineType.OnlineMovable).IsOk);
        var text = MachineFile.Write(RunningMachine.Describe("now", machine));
        Assert.That(text, Does.Contain("standby = \"16-17\""));
        Assert.That(MachineText.Boot(MachineText.Parse(text))[new BlockId(17)].State, Is.EqualTo(MemoryBlockState.Online));
    }

    [Test]
    public void S390x_StandbyMemory_IsConfiguredBlockByBlock()
    {
        var parsed = MachineText.Parse("architecture = \"s390x\"\nkernel = \"7.2\"\n" + StandbyTop
            + "[[node]]\nnumber = 0\n[[memory]]\nnode = 0\nblocks = \"8-11\"\nzone = \"Normal\"\n");
        var machine = MachineText.Boot(parsed);
        var standby = machine.StandbyMemory!;
        Assert.That(standby.Blocks.Members(), Is.EqualTo(new[] { 8, 9, 10, 11, 16, 17 }));
        Assert.That(machine.Blocks.Count, Is.EqualTo(4));
        Assert.That((standby.HoldsMemmap(8), standby.HoldsMemmap(16)), Is.EqualTo((false, true)));
        Assert.That(standby.SetHoldsMemmap(8, true).Error, Is.EqualTo(Errno.EBUSY));
        Assert.That(standby.SetHoldsMemmap(16, false).IsOk && !standby.HoldsMemmap(16));
        Assert.That(standby.Configure(16, true).IsOk && standby.Configure(16, true).IsOk);
        Assert.That(machine.Devices.SetState(new BlockId(16), OnlineType.OnlineMovable).IsOk);
        Assert.That(standby.Configure(16, false).Error, Is.EqualTo(Errno.EBUSY));
        var text = MachineFile.Write(RunningMachine.Describe("now", machine));
        var again = MachineText.Boot(MachineText.Parse(text));
        Assert.That(again.StandbyMemory!.Blocks.Members(), Is.EqualTo(standby.Blocks.Members()), text);
        Assert.That(again[new BlockId(16)].State, Is.EqualTo(MemoryBlockState.Online));
        Assert.That(machine.Devices.SetState(new BlockId(16), OnlineType.Offline).IsOk);
        Assert.That(standby.Configure(16, false).IsOk && standby.Configure(16, false).IsOk);
        Assert.That(machine.Blocks.Contains(16), Is.False);
        Assert.That(machine.Devices.SetState(new BlockId(9), OnlineType.Offline).IsOk && standby.Configure(9, false).IsOk);
        Assert.That(standby.Configure(9, true).IsOk);
    }

    [Test]
    public void Standby_OfOtherMachines_IsRefused()
    {
        MachineText.AssertRefused("standby = \"40\"\n" + MachineText.With(), 1, "x86_64 has no standby memory; leave standby out");
        MachineText.AssertRefused(
            "architecture = \"s390x\"\nstandby = \"0\"\n" + MachineText.With(top: "block_size = \"256M\"\n", memory:
                "[[memory]]\nnode = 0\nblocks = \"0-1\"\nzone = \"DMA\"\n"), 2, "block 0 is boot memory");
    }

    [Test]
    public void PageSize_OfAnArchitecture_IsChecked()
    {
        MachineText.AssertRefused("architecture = \"arm64\"\npage_size = \"8K\"\n" + MachineText.With(), 2, "\"4K\", \"16K\", \"64K\"");
        MachineText.AssertRefused("architecture = \"arm64\"\npage_size = \"64K\"\n" + MachineText.With(), 3, "at least 512M");
    }

    [TestCase("x86_64", "4.13", "4K", 46)]
    [TestCase("x86_64", "4.14", "4K", 52)]
    [TestCase("i386", "4.4", "4K", 36)]
    [TestCase("arm64", "3.16", "4K", 40)]
    [TestCase("arm64", "3.17", "4K", 48)]
    [TestCase("arm64", "4.15", "64K", 48)]
    [TestCase("arm64", "4.16", "64K", 52)]
    [TestCase("arm64", "6.8", "16K", 48)]
    [TestCase("arm64", "6.9", "4K", 52)]
    [TestCase("ppc64le", "4.18", "64K", 46)]
    [TestCase("ppc64le", "4.19", "64K", 47)]
    [TestCase("ppc64le", "6.12", "64K", 51)]
    [TestCase("s390x", "6.12", "4K", 46)]
    [TestCase("riscv64", "6.12", "4K", 52)]
    public void Memory_UpToTheEndOfTheAddresses_IsPossible(string architecture, string kernel, string pageSize, int bits)
    {
        var (end, zone) = (1L << bits, architecture == "i386" ? "HighMem" : "Normal");
        string Text(string place) => $"architecture = \"{architecture}\"\npage_size = \"{pageSize}\"\nblock_size = \"512M\"\nkernel = \"{kernel}\"\n"
            + $"[[node]]\nnumber = 0\n[[memory]]\nnode = 0\n{place}\nzone = \"{zone}\"\n";
        var machine = MachineText.Boot(MachineText.Parse(Text($"address = {end - (512 << 20)}\nsize = \"512M\"")));
        Assert.That(machine.Blocks.Contains((int)(end / (512 << 20)) - 1));
        if (architecture != "s390x")
            Assert.That(machine.Plug(new DimmDefinition("d", 0, 512 << 20, end)).Error, Is.EqualTo(Errno.ENOSPC));
        MachineText.AssertRefused(Text($"address = {end}\nsize = \"512M\""), 9, $"kernel {kernel} end at 0x{end:x}");
        MachineText.AssertRefused(Text($"blocks = \"{end / (512 << 20)}\""), 9, $"{end / (512 << 20) - 1}");
    }

    [Test]
    public void Memory_BeyondTheAddressesOfAnotherKernel_DoesNotBoot()
    {
        var definition = MachineText.Parse(MachineText.With(
            top: MachineText.Top + "kernel = \"6.12\"\n",
            memory: MachineText.Memory + "[[memory]]\nnode = 0\naddress = \"64T\"\nsize = \"256M\"\nzone = \"Normal\"\n")).Definition;
        Assert.That(new Machine(definition, KernelCatalogue.Get("6.12").Rules).Blocks.Contains(524288));
        Assert.That(() => new Machine(definition, KernelCatalogue.Get("4.9").Rules), Throws.ArgumentException.With.Message.EqualTo(
            "memory524289 is beyond the end of the physical addresses of kernel 4.9, 0x400000000000"));
    }

    [Test]
    public void HolePages_OfAnyBlockSize_AreKept()
    {
        var machine = MachineText.Boot(MachineText.Parse(MachineText.With(
            top: "block_size = \"2G\"\nkernel = \"6.12\"\n",
            memory: "[[memory]]\nnode = 0\nblocks = \"0\"\nzone = \"DMA32\"\nhole_pages = 400000\n")));
        Assert.That(machine[new BlockId(0)].HolePages, Is.EqualTo(400000));
        Assert.That(machine.FindNode(0)!.PresentPages, Is.EqualTo(524288 - 400000));
    }

    [TestCase("arm64", "DMA")]
    [TestCase("ppc64le", "Normal")]
    [TestCase("riscv64", "DMA32")]
    [TestCase("s390x", "Normal")]
    public void SavedMachine_AfterRandomOperations_BootsToTheSame(string architecture, string zone)
    {
        var firstSeed = Environment.TickCount;
        for (var seed = firstSeed; seed < firstSeed + Sequences; seed++)
        {
            var random = new Random(seed);
            var machine = Boot(architecture, zone);
            for (var i = random.Next(OperationsMax); i >= 0; i--)
                Operate(machine, random);
            var text = MachineFile.Write(RunningMachine.Describe("now", machine));
            Assert.That(() => Describe(MachineText.Boot(MachineText.Parse(text))), Is.EqualTo(Describe(machine)), $"seed {seed}\n{text}");
        }
    }

    private static void Operate(Machine machine, Random random)
    {
        var (blocks, dimms) = (machine.Blocks.Members().ToArray(), machine.Dimms.ToArray());
        var index = FirstIndex + (uint)random.Next(12, 40);
        switch (random.Next(8))
        {
            case 0 or 1 or 2:
                machine.Devices.SetState(new BlockId(blocks[random.Next(blocks.Length)]),
                    StateWords.AllRequests[random.Next(StateWords.AllRequests.Count)]);
                break;
            case 3 or 4:
                var isAssigned = machine.LogicalBlocks is null || random.Next(2) == 0;
                var size = random.Next(1, 4) * machine.BlockSizeBytes;
                machine.Plug(new DimmDefinition($"x{random.Next(3)}", random.Next(2), size, null) { IsAssigned = isAssigned });
                break;
            case 5 when dimms.Length > 0:
                machine.Unplug(dimms[random.Next(dimms.Length)]);
                break;
            case 6:
                _ = random.Next(2) == 0 ? machine.LogicalBlocks?.AddCount((uint)random.Next(3)) : machine.LogicalBlocks?.Add(index);
                break;
            default:
                _ = random.Next(2) == 0 ? machine.LogicalBlocks?.RemoveCount((uint)random.Next(3)) : machine.LogicalBlocks?.Remove(index);
                break;
        }
    }

    private static string Describe(Machine machine) => string.Join('\n', machine.Blocks.Members().Select(number => machine[new BlockId(number)])
        .Select(block =>
            $"{block.Id} {block.Node.Number} {block.State} {block.Zones} {machine.ValidZones(block.Id)} {machine.Dimms.At(block.DimmIndex)?.Id}")
        .Concat(machine.PossibleNodes.SelectMany(node => node.Zones).Select(zone => $"{zone} {zone.Span} {zone.PresentPages} {zone.ManagedPages}"))
        .Concat(machine.PossibleNodes.Select(node => $"{node.Number} {node.Online}"))
        .Concat(machine.Dimms.Select(dimm => $"{dimm.Id} {dimm.First} {dimm.Count}").Order())
        .Append(string.Join(' ', machine.LogicalBlocks?.SpentBlocks ?? [])));
}
