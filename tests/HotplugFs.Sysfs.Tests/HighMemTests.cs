namespace HotplugFs.Sysfs.Tests;

/// <summary>The preset with zone HighMem, as recordings <c>4.4-pae-*</c> and <c>3.8-pae-*</c> show such machines.</summary>
public sealed class HighMemTests
{
    [Test]
    public void Blocks_Are512MiB_AndOneStraddlesNormalAndHighMem()
    {
        var tree = new TestTree("i386", "4.4");
        Assert.That(tree.Read("memory/block_size_bytes"), Is.EqualTo("20000000\n"));
        Assert.That(Zones(tree, 0, 1, 2, 3, 4), Is.EqualTo((string[])["Normal", "none", "HighMem", "HighMem", "HighMem"]));
        Assert.That(tree.Write("memory/memory1/state", "offline").Error, Is.EqualTo(Errno.EINVAL), "two zones");
        Assert.That(tree.Exists("memory/probe") || tree.Exists("memory/soft_offline_page"), Is.False, "no 32-bit kernel has them");
    }

    [Test]
    public void HighestBlock_MovesToMovable_AndTheLowestComesBack()
    {
        var tree = new TestTree("i386", "4.4");
        Assert.That(Zones(tree, 8, 9), Is.EqualTo((string[])["HighMem", "HighMem Movable"]));
        Assert.That(tree.Write("memory/memory8/state", "online_movable").Error, Is.EqualTo(Errno.EINVAL), "a block is above it");
        Assert.That(tree.Write("memory/memory9/state", "online_movable").IsOk);
        Assert.That(tree.Write("memory/memory8/state", "online_movable").IsOk);
        Assert.That(Zones(tree, 8, 9), Is.EqualTo((string[])["Movable HighMem", "Movable"]));
        Assert.That(tree.Write("memory/memory8/state", "offline").IsOk);
        Assert.That(tree.Write("memory/memory8/state", "online_kernel").IsOk);
        Assert.That(Zones(tree, 8, 9), Is.EqualTo((string[])["HighMem Movable", "Movable HighMem"]));
    }

    /// <summary>docs/kernels.md, "HighMem": the recorded machine with <c>numa=fake=2</c>.</summary>
    [Test]
    public void NodeWithHighMemOnly_LosesItsBlockForGood([Values("3.8", "4.4")] string kernel)
    {
        var tree = new TestTree("i386", kernel);
        Assert.That(tree.Read("node/has_high_memory"), Is.EqualTo("0-1\n"));
        Assert.That(tree.Read("node/has_normal_memory"), Is.EqualTo("0\n"));
        Assert.That(tree.Exists("node/has_memory"), Is.False);
        Assert.That(tree.Write("memory/memory5/state", "offline").IsOk);
        Assert.That(tree.Read("node/has_high_memory"), Is.EqualTo("0\n"));
        foreach (var word in (string[])["online", "online_kernel", "online_movable"])
            Assert.That(tree.Write("memory/memory5/state", word).Error, Is.EqualTo(kernel == "3.8" ? Errno.EPERM : Errno.EINVAL), word);
    }

    private static string[] Zones(TestTree tree, params int[] blocks) =>
        [.. blocks.Select(block => tree.Read($"memory/memory{block}/valid_zones").TrimEnd('\n'))];
}
