using System.Buffers.Binary;
using HotplugFs.Fuse.Device;
using HotplugFs.Fuse.Passthrough;
using HotplugFs.Fuse.Protocol;
using HotplugFs.Fuse.Session;
using HotplugFs.Fuse.Tests.Session;

namespace HotplugFs.Fuse.Tests.Passthrough;

/// <summary>Passthrough in the bytes of the protocol.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PassthroughSessionTests
{
    private const uint PassthroughFlag = (uint)InitFlags2.Passthrough;

    private readonly DemoTree _demo = new(1, 33);
    private readonly PassthroughChannel _channel = new();

    [TearDown]
    public void TearDown() => _channel.Dispose();

    private FuseSession Run()
    {
        var session = new FuseSession(_channel, _demo.Tree);
        session.Run();
        Assert.That(session.HandlerFaults, Is.Zero);
        return session;
    }

    private byte[] Init(uint flags, uint flags2)
    {
        var body = Bodies.Init(flags: flags);
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(16), flags2);
        var unique = _channel.Bytes.Add(Opcode.Init, 0, body);
        Run();
        return _channel.Bytes.ReplyTo(unique);
    }

    [Test]
    public void Init_KernelWithPassthrough_EnablesIt()
    {
        var reply = Init(uint.MaxValue, PassthroughFlag);
        Assert.That(reply[28..32], Is.EqualTo(new byte[] { 0x08, 0xA0, 0xC4, 0x41 }), "INIT_EXT and the usual flags");
        Assert.That(reply[48..56], Is.EqualTo(new byte[] { 0x20, 0, 0, 0, 1, 0, 0, 0 }), "FUSE_PASSTHROUGH, max_stack_depth");
    }

    [TestCase(uint.MaxValue, 0u)]
    [TestCase(uint.MaxValue & ~(uint)InitFlags.Extended, PassthroughFlag)]
    public void Init_KernelWithoutPassthrough_DoesNotMentionIt(uint flags, uint flags2)
    {
        var reply = Init(flags, flags2);
        Assert.That(reply[28..32], Is.EqualTo(new byte[] { 0x08, 0xA0, 0xC4, 0x01 }));
        Assert.That(reply[48..56], Has.All.Zero);
    }

    [Test]
    public void Open_TextThatThrows_IsEioAndTheFileIsClosed()
    {
        AddInit();
        var open = _channel.Bytes.Add(Opcode.Open, _demo.Tree.Find("odd/throws").Value.Value, Bodies.Open(OpenFlags.ReadOnly));
        var session = new FuseSession(_channel, _demo.Tree, new FuseSessionOptions { Passthrough = PassthroughUse.All });
        session.Run();
        Assert.That(session.HandlerFaults, Is.EqualTo(1));
        Assert.That(ByteChannel.ErrorOf(_channel.Bytes.ReplyTo(open)), Is.EqualTo(-(int)Errno.EIO));
        Assert.That(_demo.OpenFileCount, Is.Zero);
    }

    [Test]
    public void Open_ConstantTextTheSecondTime_NamesTheBackingFile()
    {
        var node = _demo.Tree.Find("memory/block_size_bytes").Value.Value;
        AddInit();
        var first = _channel.Bytes.Add(Opcode.Open, node, Bodies.Open(OpenFlags.ReadOnly));
        _channel.Bytes.Add(Opcode.Release, node, Bodies.Release(0));
        var second = _channel.Bytes.Add(Opcode.Open, node, Bodies.Open(OpenFlags.ReadOnly));
        var session = Run();
        Assert.That(session.Transport, Is.EqualTo("passthrough of attributes that never change"));
        Assert.That(_channel.Bytes.ReplyTo(first)[24..32], Is.EqualTo(new byte[] { 0x21, 0, 0, 0, 0, 0, 0, 0 }), "DIRECT_IO, NOFLUSH");
        // The first file is the probe for permission.
        Assert.That(_channel.Bytes.ReplyTo(second)[24..32], Is.EqualTo(new byte[] { 0xA0, 0, 0, 0, 2, 0, 0, 0 }), "PASSTHROUGH, NOFLUSH");
    }

    [TestCase(Errno.EPERM, "direct: passthrough is for root only")]
    [TestCase(Errno.ENOTTY, "direct: the kernel refuses passthrough: Inappropriate ioctl for device")]
    public void Open_KernelRefusesFiles_IsDirect(Errno error, string transport)
    {
        _channel.Files.Error = error;
        var node = _demo.Tree.Find("memory/block_size_bytes").Value.Value;
        AddInit();
        _channel.Bytes.Add(Opcode.Open, node, Bodies.Open(OpenFlags.ReadOnly));
        var second = _channel.Bytes.Add(Opcode.Open, node, Bodies.Open(OpenFlags.ReadOnly));
        var session = Run();
        _channel.Files.Error = null;
        Assert.That(session.Transport, Is.EqualTo(transport));
        Assert.That(_channel.Bytes.ReplyTo(second)[24], Is.EqualTo(0x21));
    }

    [Test]
    public void Open_UndeliveredReply_ReleasesTheFile()
    {
        var node = _demo.Tree.Find("memory/block_size_bytes").Value.Value;
        AddInit();
        _channel.Bytes.Add(Opcode.Open, node, Bodies.Open(OpenFlags.ReadOnly));
        var lost = _channel.Bytes.Add(Opcode.Open, node, Bodies.Open(OpenFlags.ReadOnly));
        var open = _demo.OpenFileCount;
        _channel.Bytes.OnWrite = message => ByteChannel.UniqueOf(message) == lost ? Errno.ENOENT : Result.Ok;
        Run();
        Assert.That(_demo.OpenFileCount, Is.EqualTo(open + 1), "only the first one was delivered");
    }

    private void AddInit()
    {
        var body = Bodies.Init();
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(16), PassthroughFlag);
        _channel.Bytes.Add(Opcode.Init, 0, body);
    }

    /// <summary>A channel whose simulated kernel supports passthrough.</summary>
    private sealed class PassthroughChannel : IFuseChannel, IBackingFiles
    {
        public ByteChannel Bytes { get; } = new();

        public FakeFiles Files { get; } = new();

        public bool WaitForRequest(TimeSpan time) => true;

        public Result<int> Read(Span<byte> buffer) => Bytes.Read(buffer);

        public Result Write(ReadOnlySpan<byte> message) => Bytes.Write(message);

        Result<int> IBackingFiles.Open(ReadOnlySpan<byte> text) => Files.Open(text);

        void IBackingFiles.Close(int backingId) => Files.Close(backingId);

        public void Dispose() => Bytes.Dispose();
    }
}
