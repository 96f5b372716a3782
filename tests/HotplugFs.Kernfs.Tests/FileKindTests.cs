namespace HotplugFs.Kernfs.Tests;

public sealed class FileKindTests
{
    private Fixture _fixture = null!;

    [SetUp]
    public void SetUp() => _fixture = new Fixture();

    [Test]
    public void SeqFile_ReadSequentially_IsASnapshotAcrossPages()
    {
        _fixture.LongText = new string('a', 10_000);
        var file = _fixture.Open("meminfo");
        Assert.That(Fixture.Read(file, 0, 6000), Has.Length.EqualTo(6000));
        _fixture.LongText = "b";
        Assert.That(Fixture.Read(file, 6000, 6000), Is.EqualTo(new string('a', 4000)));
        Assert.That(Fixture.Read(file, 10_000, 6000), Is.Empty);
        Assert.That(_fixture.Shows, Is.EqualTo(1));
        Assert.That(file.Write("x"u8).Error, Is.EqualTo(Errno.EIO));
        Assert.That(file.Poll(), Is.EqualTo(PollEvents.Always));
    }

    [Test]
    public void BinaryAttribute_AnyOffset_IsMadeByEachRead()
    {
        var file = _fixture.Open("node/node0/cpulist", OpenFlags.ReadOnly);
        Assert.That(Fixture.Read(file, 1, 2), Is.EqualTo("-1"));
        Assert.That(Fixture.Read(file, 0, 99), Is.EqualTo("0-1\n"));
        Assert.That(Fixture.Read(file, 4, 9), Is.Empty);
        Assert.That(Fixture.Read(file, 28672, 9), Is.Empty);
        // Binary attributes have no seq_file, so nothing records that they were read.
        Assert.That(file.Poll(), Is.EqualTo(PollEvents.Always | PollEvents.Changed));
    }

    [Test]
    public void BinaryAttribute_ThatOmitsTheLastByte_IsAsRecorded()
    {
        var file = _fixture.Open("node/node0/cpumap", OpenFlags.ReadOnly);
        Assert.That(Fixture.Read(file, 0, 1), Is.Empty);
        Assert.That(Fixture.Read(file, 0, 4000), Is.EqualTo("1\n"));
        Assert.That(Fixture.Read(file, 0, 10), Is.EqualTo("1\n"));
        Assert.That(Fixture.Read(file, 2, 5), Is.Empty);
        Assert.That(file.Read(3, new byte[5]).Error, Is.EqualTo(Errno.EPERM));
        Assert.That(file.Read(4095, new byte[5]).Error, Is.EqualTo(Errno.EPERM));
        Assert.That(Fixture.Read(file, 4096, 5), Is.Empty);
    }

    [TestCase("meminfo", 10_000)]
    [TestCase("memory/memory33/state", 7)]
    [TestCase("node/node0/cpumap", 2)]
    [TestCase("debug/error", 2)]
    [TestCase("log", 3)]
    public void MeasureText_ReadableFile_IsTheLengthOfItsText(string path, int expected)
    {
        _fixture.LongText = new string('a', 10_000);
        _fixture.Log.Append("one");
        Assert.That(_fixture.Tree.MeasureText(_fixture.At(path)).Value, Is.EqualTo(expected));
    }

    [Test]
    public void MeasureText_NoText_IsTheErrorOfTheRead()
    {
        _fixture.ShowError = Errno.EAGAIN;
        Assert.That(_fixture.Tree.MeasureText(_fixture.At("memory/failing")).Error, Is.EqualTo(Errno.EAGAIN));
        Assert.That(_fixture.Tree.MeasureText(_fixture.At("memory/probe")).Error, Is.EqualTo(Errno.EIO));
        Assert.That(_fixture.Tree.MeasureText(_fixture.At("memory")).Error, Is.EqualTo(Errno.ENOENT));
        var removed = _fixture.At("memory/memory33/state");
        _fixture.Blocks.Remove(33);
        Assert.That(_fixture.Tree.MeasureText(removed).Error, Is.EqualTo(Errno.ENOENT));
    }

    [Test]
    public void DebugfsAttribute_Read_IsMadeAtOffset0AndKept()
    {
        var file = _fixture.Open("debug/error");
        Assert.That(Fixture.Read(file, 1, 5), Is.EqualTo("\n"));
        Assert.That(Fixture.Read(file, 0, 5), Is.EqualTo("0\n"));
        Assert.That(Fixture.Read(file, 2, 5), Is.Empty);
    }

    [Test]
    public void DebugfsAttribute_LongWrite_Stores23BytesAndReportsAll()
    {
        Assert.That(_fixture.Open("debug/error").Write(new byte[40]).Value, Is.EqualTo(40));
        Assert.That(_fixture.Stores[0], Has.Length.EqualTo(23));
    }

    [Test]
    public void Stream_ReaderAtTheEnd_ReadsAppendedBytes()
    {
        _fixture.Log.Append("one\n");
        var file = _fixture.Open("log", OpenFlags.ReadOnly);
        Assert.That(Fixture.Read(file, 0, 99), Is.EqualTo("one\n"));
        Assert.That(Fixture.Read(file, 4, 99), Is.Empty);
        Assert.That(file.Poll(), Is.EqualTo(PollEvents.None));
        _fixture.Log.Append("two\n");
        Assert.That(file.Poll(), Is.EqualTo(PollEvents.In | PollEvents.ReadNormal));
        Assert.That(Fixture.Read(file, 4, 99), Is.EqualTo("two\n"));
        Assert.That(Fixture.Read(file, 1, 2), Is.EqualTo("ne"));
    }

    [Test]
    public void Stream_DroppedPosition_ContinuesAtTheStart()
    {
        _fixture.Log.Append("0123456789");
        var file = _fixture.Open("log", OpenFlags.ReadOnly);
        Assert.That(Fixture.Read(file, 0, 2), Is.EqualTo("01"));
        _fixture.Log.DropTo(6);
        Assert.That(Fixture.Read(file, 2, 2), Is.EqualTo("67"));
        Assert.That(Fixture.Read(file, 4, 9), Is.EqualTo("89"));
        Assert.That(Fixture.Read(file, 6, 9), Is.Empty);
        _fixture.Log.Append("ab");
        Assert.That(Fixture.Read(file, 6, 9), Is.EqualTo("ab"));
        Assert.That(Fixture.Read(file, 7, 9), Is.EqualTo("789ab"), "a new offset is a position in the log");
    }

    [Test]
    public void Stream_Size_IsThePositionOfItsEnd()
    {
        _fixture.Log.Append("0123456789");
        _fixture.Log.DropTo(6);
        var attributes = _fixture.Tree.GetAttributes(_fixture.At("log")).Value;
        Assert.That((attributes.Size, attributes.IsVolatile), Is.EqualTo((10L, true)));
        Assert.That(_fixture.ReadAll("log"), Is.EqualTo("6789"));
    }
}
