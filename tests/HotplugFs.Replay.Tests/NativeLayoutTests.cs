using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HotplugFs.Replay.Native;

namespace HotplugFs.Replay.Tests;

public sealed class NativeLayoutTests
{
    [Test]
    public void StatX_IsTheKernels()
    {
        Assert.That(Unsafe.SizeOf<StatX>(), Is.EqualTo(256));
        Assert.That(Offset<StatX>(nameof(StatX.LinkCount)), Is.EqualTo(16));
        Assert.That(Offset<StatX>(nameof(StatX.Mode)), Is.EqualTo(28));
        Assert.That(Offset<StatX>(nameof(StatX.Inode)), Is.EqualTo(32));
        Assert.That(Offset<StatX>(nameof(StatX.Size)), Is.EqualTo(40));
        Assert.That(Offset<StatX>(nameof(StatX.ChangeTime)), Is.EqualTo(96));
        Assert.That(Offset<StatX>(nameof(StatX.ModifyTime)), Is.EqualTo(112));
    }

    [Test]
    public void StatFs_IsTheKernels()
    {
        Assert.That(Unsafe.SizeOf<StatFs>(), Is.EqualTo(120));
        Assert.That(Offset<StatFs>(nameof(StatFs.NameLength)), Is.EqualTo(64));
        Assert.That(Offset<StatFs>(nameof(StatFs.Flags)), Is.EqualTo(80));
    }

    [Test]
    public void SmallStructures_AreTheLibrarys()
    {
        Assert.That(Unsafe.SizeOf<PollFd>(), Is.EqualTo(8));
        Assert.That(Offset<PollFd>(nameof(PollFd.Found)), Is.EqualTo(6));
        Assert.That(Unsafe.SizeOf<TimeSpec>(), Is.EqualTo(16));
        Assert.That(Unsafe.SizeOf<TimeVal>(), Is.EqualTo(16));
    }

    [TestCase("O_RDONLY", 0)]
    [TestCase("O_WRONLY|O_CREAT|O_EXCL", 0xC1)]
    [TestCase("O_RDWR|O_APPEND|O_SYNC", 0x101402)]
    public void OpenWords_AreTheKernels(string words, int expected) => Assert.That(OpenWords.Parse(words), Is.EqualTo(expected));

    [Test]
    public void OpenWords_Unknown_IsNamed() =>
        Assert.That(() => OpenWords.Parse("O_RDONLY|O_NOSUCH"), Throws.TypeOf<FormatException>().With.Message.Contains("O_NOSUCH"));

    private static int Offset<T>(string field) => (int)Marshal.OffsetOf<T>(field);
}
