using HotplugFs.Cli.MountHelper;
using HotplugFs.Cli.Requests;

namespace HotplugFs.Cli.Tests;

/// <summary>The options of <c>mount -t fuse.hotplugfs -o</c>.</summary>
public sealed class HelperOptionsTests
{
    private static HelperOptions Parse(params string[] texts)
    {
        Assert.That(HelperOptions.TryParse(texts, isSloppy: false, out var options, out var problem), Is.True, problem);
        return options;
    }

    [Test]
    public void TryParse_OwnOptions_AreRead() =>
        Assert.That(
            Parse("rw,kernel=6.12,machine=/etc/my.toml,movable_node,clock=manual", "subtree=/sys/devices/,allow_other,ro,remount"),
            Is.EqualTo(new HelperOptions
            {
                Kernel = "6.12",
                Machine = "/etc/my.toml",
                Clock = "manual",
                MovableNode = true,
                IsRemount = true,
                Mount = new MountOptions { AllowOther = true, IsReadOnly = true, Subtree = "sys/devices" },
            }));

    /// <summary>The helper documents and accepts every option of <c>hotplugfs mount -o</c>.</summary>
    [Test]
    public void Own_HasEveryOptionOfTheSubcommand()
    {
        var words = MountOptions.Known.Split(" (")[0].Split(", ");
        Assert.That(words, Is.SubsetOf(HelperOptions.Own.Select(row => row.Word)));
        Assert.That(MountOptions.TryParse(words, out var options, out _), Is.True);
        Assert.That(Parse(words).Mount, Is.EqualTo(options));
    }

    /// <summary>What util-linux passes on for an fstab line with many options, for a user's mount, and for a remount.</summary>
    [TestCase("rw,nosuid,nodev,noexec,noatime,sync,dirsync,lazytime,silent,user,nofail,_netdev,users")]
    [TestCase("rw,user=joe,uhelper=foo,helper=foo,exec,suid,dev")]
    [TestCase("rw,nosuid,nodev,noexec,relatime,user_id=0,group_id=0,default_permissions,max_read=131072")]
    [TestCase("defaults,auto,x-systemd.automount,X-mount.mkdir,comment=mine")]
    public void TryParse_OptionsOfAllFileSystems_HaveNoEffect(string text) => Assert.That(Parse(text), Is.EqualTo(new HelperOptions()));

    [TestCase("ro,rw", false)]
    [TestCase("rw,ro", true)]
    public void TryParse_ReadOnlyAndReadWrite_LastWins(string text, bool isReadOnly) =>
        Assert.That(Parse(text).Mount.IsReadOnly, Is.EqualTo(isReadOnly));

    [TestCase("movable_node=false", false)]
    [TestCase("movable_node=true", true)]
    public void TryParse_MovableNode_IsABoolean(string text, bool movableNode) =>
        Assert.That(Parse(text).MovableNode, Is.EqualTo(movableNode));

    [TestCase("machine=\"/etc/a,b.toml\",kernel=6.1")]
    [TestCase("kernel=6.1,machine=\"/etc/a,b.toml\"")]
    [TestCase("kernel=6.1,machine=\"/etc/a,b.toml")]
    public void TryParse_CommaBetweenQuotes_IsPartOfTheName(string text) =>
        Assert.That(Parse(text), Is.EqualTo(new HelperOptions { Kernel = "6.1", Machine = "/etc/a,b.toml" }));

    [TestCase("foo")]
    [TestCase("Ro")]
    [TestCase("machine=")]
    [TestCase("kernel")]
    [TestCase("context=system_u")]
    public void TryParse_UnknownOption_IsRejectedUnlessSloppy(string text)
    {
        Assert.That(HelperOptions.TryParse([$"rw,{text}"], isSloppy: false, out _, out var problem), Is.False);
        var expected = $"unknown mount option \"{text}\" (known: kernel=VERSION, machine=NAME|FILE";
        Assert.That(problem, Does.StartWith(expected).And.Contain("nofail"));
        Assert.That(HelperOptions.TryParse([$"{text},ro"], isSloppy: true, out var options, out _), Is.True);
        Assert.That(options, Is.EqualTo(new HelperOptions { Mount = new MountOptions { IsReadOnly = true } }));
    }
}
