using HotplugFs.Kernels;

namespace HotplugFs.Engine.Tests;

/// <summary>The addresses of a virtio-mem device belong to it, whether or not it has memory there.</summary>
public sealed class DeviceRegionTests
{
    private static (Machine Machine, VirtioMemDevice Device) WithDevice()
    {
        var machine = new Machine(
            new MachineDefinition
            {
                BlockSizeBytes = Machines.BlockSize,
                Nodes = [new NodeDefinition(0, [0]), new NodeDefinition(1, [1])],
                Memory = [new MemoryRange(new BlockId(32), 4, 0, ZoneType.Normal)],
                Dimms = [Machines.Dimm("dimm0", 1, 40, 4), Machines.Dimm("dimm1", 0, 44, 4)],
            },
            KernelCatalogue.Get("6.12").Rules);
        return (machine, machine.VirtioMem.Plug(new VirtioMemDefinition("v", 1, 4 * Machines.BlockSize, null)).Value);
    }

    [TestCase(47, 2)]
    [TestCase(48, 1)]
    [TestCase(51, 4)]
    [TestCase(45, 10)]
    public void Plug_DimmInTheRegion_IsRefusedAndTheDeviceGrowsToItsEnd(int first, int blocks)
    {
        var (machine, device) = WithDevice();
        machine.Unplug(machine.Dimms.Find("dimm1")!);
        var log = new List<string>();
        machine.Logged += log.Add;
        Assert.That(machine.Plug(Machines.Dimm("d", 1, first, blocks)).Error, Is.EqualTo(Errno.EEXIST));
        Assert.That(log, Is.EqualTo(new[] { "dimm d: plug refused: memory48 to memory51 belong to virtio-mem v" }));
        Assert.That(machine.VirtioMem.Resize(device, 4 * Machines.BlockSize).IsOk);
        Assert.That(Enumerable.Range(48, 4).All(machine.Blocks.Contains));
    }

    [Test]
    public void Probe_InTheRegion_IsRefused()
    {
        var (machine, _) = WithDevice();
        Assert.That(machine.Devices.Probe(50UL * (ulong)Machines.BlockSize).Error, Is.EqualTo(Errno.EEXIST));
        Assert.That(machine.Devices.Probe(52UL * (ulong)Machines.BlockSize).IsOk);
    }

    [Test]
    public void Plug_WithoutAddress_LiesBehindTheRegions()
    {
        var (machine, _) = WithDevice();
        Assert.That(machine.VirtioMem.Plug(new VirtioMemDefinition("w", 0, 2 * Machines.BlockSize, null)).Value.First.Number, Is.EqualTo(52));
        Assert.That(machine.Plug(new DimmDefinition("d", 1, Machines.BlockSize, null)).Value.First.Number, Is.EqualTo(54));
        Assert.That(machine.VirtioMem.Plug(new VirtioMemDefinition("x", 0, Machines.BlockSize, null)).Value.First.Number, Is.EqualTo(55));
    }
}
