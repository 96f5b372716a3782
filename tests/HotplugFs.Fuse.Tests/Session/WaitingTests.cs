using System.Buffers.Binary;
using HotplugFs.Fuse.Bridge;
using HotplugFs.Fuse.Protocol;
using HotplugFs.Fuse.Session;
using HotplugFs.Kernfs;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Fuse.Tests.Session;

/// <summary>Stores that wait: <c>wait</c> ends with a write to <c>open</c> or with a signal, <c>open</c> never waits.</summary>
public sealed class WaitingTests : ICallers
{
    private readonly ByteChannel _channel = new();
    private readonly HashSet<ulong> _interrupted = [];
    private readonly List<string> _stored = [];
    private KernfsTree _tree = null!;
    private ulong _caller;
    private bool _isOpen;

    [SetUp]
    public void MakeTree()
    {
        _tree = new KernfsTree(new DirectoryType(Wo("wait", StoreWait), Wo("open", StoreOpen)), new TreeOptions { Callers = this });
        foreach (var collection in new[] { _interrupted.Clear, new Action(_stored.Clear), _channel.Messages.Clear })
            collection();
        _isOpen = false;
    }

    void ICallers.Enter(ulong caller) => _caller = caller;

    bool ICallers.Interrupt(ulong caller) => _interrupted.Add(caller);

    [Test]
    public void Write_ThatWaits_IsAnsweredAfterTheRequestThatEndsIt()
    {
        var (wait, open) = (Open("wait"), Open("open"));
        var first = Write(wait, 0, "a\n");
        var second = Write(wait, 0, "b\n");
        var opening = Write(open, 1, "1\n");
        Run();
        Assert.That(Answers(first, second, opening), Is.EqualTo(new[] { opening, first, second }));
        Assert.That(_stored, Is.EqualTo(new[] { "a\n", "b\n" }));
        Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(_channel.ReplyTo(first).AsSpan(16)), Is.EqualTo(2), "bytes written");
    }

    [Test]
    public void Write_ThatWaits_EndsWithASignal()
    {
        var first = Write(Open("wait"), 0, "a\n");
        var second = Write(Open("wait"), 1, "b\n");
        _channel.Add(Opcode.Interrupt, 0, BitConverter.GetBytes(second));
        Run();
        Assert.That(Answers(first, second), Is.EqualTo(new[] { second }));
        Assert.That(ByteChannel.ErrorOf(_channel.ReplyTo(second)), Is.EqualTo(-(int)Errno.EINTR));
    }

    [Test]
    public void Interrupt_OfARequestThatWasAnswered_HasNoEffect()
    {
        var open = Write(Open("open"), 0, "1\n");
        _channel.Add(Opcode.Interrupt, 0, BitConverter.GetBytes(open));
        Run();
        Assert.That(ByteChannel.ErrorOf(_channel.ReplyTo(open)), Is.Zero);
    }

    private Result<int> StoreWait(int obj, ReadOnlySpan<byte> text)
    {
        if (_interrupted.Contains(_caller))
            return Errno.EINTR;
        if (!_isOpen)
            return Errno.EWAITING;
        _stored.Add(Encoding.UTF8.GetString(text));
        return text.Length;
    }

    private Result<int> StoreOpen(int obj, ReadOnlySpan<byte> text)
    {
        _isOpen = true;
        return text.Length;
    }

    private ulong Open(string name)
    {
        var node = new NodeEncoder(_tree, _tree.Root, new CachedSizes(_tree, (_, _) => { })).ToKernel(_tree.Find(name).Value);
        _channel.Add(Opcode.Open, node, Bodies.Open(OpenFlags.WriteOnly));
        return node;
    }

    private ulong Write(ulong node, ulong handle, string text) =>
        _channel.Add(Opcode.Write, node, Bodies.Write(handle, text));

    private void Run() => Assert.That(RunSession().HandlerFaults, Is.Zero);

    private FuseSession RunSession()
    {
        var session = new FuseSession(_channel, _tree);
        session.Run();
        return session;
    }

    /// <summary>Those of the requests that were answered, in the order of the answers.</summary>
    private ulong[] Answers(params ulong[] requests) => [.. _channel.Messages.Select(ByteChannel.UniqueOf).Where(requests.Contains)];
}
