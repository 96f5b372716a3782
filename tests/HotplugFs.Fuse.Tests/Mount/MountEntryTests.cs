using HotplugFs.Fuse.Mount;

namespace HotplugFs.Fuse.Tests.Mount;

public sealed class MountEntryTests
{
    [Test]
    public void Parse_Table_ReturnsMountPointTypeSourceAndMinor()
    {
        var entries = MountEntry.Parse(
            """
            22 1 0:21 / /sys rw,relatime shared:7 master:3 - sysfs sysfs rw
            36 35 0:47 / /tmp/a\040b\134c\303\244 rw,nosuid - fuse.hotplugfs hotplugfs rw,user_id=0
            37 35 98:0 /x /mnt rw - ext4 /dev/root rw

            broken line
            """);
        Assert.That(
            entries,
            Is.EqualTo(new[]
            {
                new MountEntry("/sys", "sysfs", "sysfs", 21),
                new MountEntry("/tmp/a b\\cä", "fuse.hotplugfs", "hotplugfs", 47, Owner: 0),
                new MountEntry("/mnt", "ext4", "/dev/root", 0),
            }));
        Assert.That(entries[1].IsHotplugFs, Is.True);
        Assert.That(entries[0].IsHotplugFs, Is.False);
    }

    [TestCase("/tmp/a b", "second")]
    [TestCase("/tmp/a", "third")]
    [TestCase("/tmp", null)]
    [TestCase("/tmp/a\\040b", null)]
    public void At_Path_ReturnsTheLastMountThere(string path, string? source)
    {
        const string Table = """
            36 35 0:47 / /tmp/a\040b rw,nosuid - fuse.hotplugfs first rw,user_id=0
            37 35 0:48 / /tmp/a\040b rw shared:1 - ext4 second rw
            38 35 0:49 / /tmp/a rw - fuse.hotplugfs third rw
            39 35 0:50 / /tmp/a broken

            """;
        Assert.That(MountEntry.At(path, Table)?.Source, Is.EqualTo(source));
    }

    [Test]
    public void ReadAll_ThisMachine_HasARoot() => Assert.That(MountEntry.At("/"), Is.Not.Null);
}
