using HotplugFs.Cli.Requests;
using HotplugFs.Fuse.Passthrough;

namespace HotplugFs.Cli.Tests;

/// <summary>The options of <c>hotplugfs mount -o</c>.</summary>
public sealed class MountOptionsTests
{
    [Test]
    public void TryParse_KnownOptions_AreRead()
    {
        Assert.That(MountOptions.TryParse(["allow_other,subtree=/sys/devices/", "default_permissions"], out var options, out _), Is.True);
        Assert.That(options, Is.EqualTo(new MountOptions { AllowOther = true, Subtree = "sys/devices" }));
    }

    [TestCase("ro", true)]
    [TestCase("ro,rw", false)]
    [TestCase("rw,ro", true)]
    public void TryParse_ReadOnlyAndReadWrite_LastWins(string text, bool isReadOnly)
    {
        Assert.That(MountOptions.TryParse([text], out var options, out _), Is.True);
        Assert.That(options.IsReadOnly, Is.EqualTo(isReadOnly));
    }

    [TestCase()]
    [TestCase("")]
    [TestCase(",", ",,")]
    public void TryParse_NoOption_GivesTheDefaults(params string[] texts)
    {
        Assert.That(MountOptions.TryParse(texts, out var options, out _), Is.True);
        Assert.That(options, Is.EqualTo(new MountOptions()));
    }

    [TestCase("allow_root")]
    [TestCase("ALLOW_OTHER")]
    [TestCase("allow_other=1")]
    [TestCase("subtree=")]
    [TestCase("subtree")]
    [TestCase("allow_other,noexec")]
    public void TryParse_UnknownOption_NamesItAndTheKnownOnes(string text)
    {
        Assert.That(MountOptions.TryParse([text], out _, out var problem), Is.False);
        Assert.That(problem, Does.StartWith($"unknown mount option \"{text.Split(',')[^1]}\" (known: {MountOptions.Known})"));
    }

    [TestCase("")]
    [TestCase("allow_other,ro,fast,subtree=sys/devices")]
    [TestCase("direct")]
    public void Words_OfOptions_ParseToTheSameOptions(string text)
    {
        Assert.That(MountOptions.TryParse([text], out var options, out _), Is.True);
        Assert.That(string.Join(',', options.Words), Is.EqualTo(text));
    }

    [TestCase("", PassthroughUse.Constant)]
    [TestCase("fast", PassthroughUse.All)]
    [TestCase("allow_other,direct", PassthroughUse.None)]
    [TestCase("direct,fast", PassthroughUse.All)]
    public void TryParse_FastAndDirect_LastWins(string text, PassthroughUse expected)
    {
        Assert.That(MountOptions.TryParse([text], out var options, out _), Is.True);
        Assert.That(options.Passthrough, Is.EqualTo(expected));
    }
}
