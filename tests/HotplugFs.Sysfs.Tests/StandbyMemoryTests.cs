using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Kernels;
using HotplugFs.Machines.Files;

namespace HotplugFs.Sysfs.Tests;

/// <summary>The files of standby memory (docs/kernels.md, "Memory of s390x").</summary>
public sealed class StandbyMemoryTests
{
    private const string Memory = "sys/firmware/memory";

    private static TestTree Tree(string kernel)
    {
        var found = KernelCatalogue.Get(kernel, Architecture.S390x);
        return new TestTree(new Machine(MachineFile.Load("s390-zvm").Definition, found.Rules), found.Files);
    }

    [Test]
    public void Config_AddsAndRemovesABlock()
    {
        var tree = Tree("7.2");
        Assert.That(tree.Read($"{Memory}/memory0/config") + tree.Read($"{Memory}/memory0/memmap_on_memory"), Is.EqualTo("1\n0\n"));
        Assert.That(tree.Read($"{Memory}/memory16/config") + tree.Read($"{Memory}/memory16/memmap_on_memory"), Is.EqualTo("0\n1\n"));
        Assert.That(tree.Exists("sys/devices/system/memory/memory16"), Is.False);
        Assert.That(tree.Write($"{Memory}/memory16/config", "y\n").Value, Is.EqualTo(2));
        Assert.That(tree.Read("sys/devices/system/memory/memory16/state"), Is.EqualTo("offline\n"));
        Assert.That(tree.Write($"{Memory}/memory16/memmap_on_memory", "0").Error, Is.EqualTo(Errno.EBUSY));
        Assert.That(tree.Write($"{Memory}/memory16/config", "maybe").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(tree.Write($"{Memory}/memory15/config", "0").Error, Is.EqualTo(Errno.EBUSY));
        Assert.That(tree.Write($"{Memory}/memory16/config", "0").IsOk);
        Assert.That(tree.Exists("sys/devices/system/memory/memory16"), Is.False);
        Assert.That(tree.Write($"{Memory}/memory16/memmap_on_memory", "0").IsOk);
        Assert.That(tree.Read($"{Memory}/memory16/memmap_on_memory"), Is.EqualTo("0\n"));
    }

    [Test]
    public void StandbyMemory_Before619_IsABlockAtBoot()
    {
        var tree = Tree("6.18");
        Assert.That(tree.Exists("sys/firmware"), Is.False);
        Assert.That(tree.Read("sys/devices/system/memory/memory16/state"), Is.EqualTo("offline\n"));
    }
}
