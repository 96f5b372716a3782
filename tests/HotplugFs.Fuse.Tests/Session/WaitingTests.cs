using System.Buffers.Binary;
using HotplugFs.Fuse.Bridge;
using HotplugFs.Fuse.Protocol;
using HotplugFs.Fuse.Session;
using HotplugFs.Kernfs;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Fuse.Tests.Session;

/// <summary>
/// Stores that wait: <c>wait</c> ends with a write to <c>open</c>, with a signal or with the time, <c>open</c> never waits. Reading
/// <c>wait</c> ends with a write to <c>open</c>.
/// </summary>
public sealed class WaitingTests : ICallers
{
    private readonly ByteChannel _channel = new();
    private readonly List<Caller> _callers = [];
    private readonly List<string> _stored = [];
    private KernfsTree _tree = null!;
    private TimeSpan? _due;
    private bool _isOpen;

    [SetUp]
    public void MakeTree()
    {
        _tree = new KernfsTree(new DirectoryType(Rw("wait", ShowWait, StoreWait), Wo("open", StoreOpen)), new TreeOptions { Callers = this });
        foreach (var collection in new[] { _callers.Clear, new Action(_stored.Clear), _channel.Messages.Clear })
            collection();
        (_isOpen, _due) = (false, null);
        _channel.OnWait = _ => true;
    }

    // Until the first store, there is nothing to wait for.
    TimeSpan? ICallers.Due => _callers.Count == 0 ? null : _due;

    void ICallers.Elapse() => _due = null;

    void ICallers.Enter(in Caller caller)
    {
    }

    Result ICallers.BeginWrite(in Caller caller, KernfsOpenFile file, ReadOnlySpan<byte> data)
    {
        _callers.Add(caller with { Pid = 0, Uid = 0 });
        return Result.Ok;
    }

    Result<int> ICallers.EndWrite(in Caller caller, KernfsOpenFile file, ReadOnlySpan<byte> data, in Result<int> result) => result;

    Result ICallers.BeginChange(NodeId id, in AttributesChange change) => Result.Ok;

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
    public void Write_CalledAgain_HasTheNumberOfTheFirstCall()
    {
        var first = Write(Open("wait"), 0, "a\n");
        _channel.Add(Opcode.Interrupt, 0, BitConverter.GetBytes(first));
        Run();
        Assert.That(_callers[0], Is.EqualTo(new Caller(first)));
        Assert.That(_callers[1..^1], Is.All.EqualTo(new Caller(first, HasWaited: true)));
        Assert.That(_callers[^1], Is.EqualTo(new Caller(first, HasWaited: true, IsInterrupted: true)));
    }

    [Test]
    public void Write_ThatWaitsForATime_EndsWithoutARequest()
    {
        var due = TimeSpan.FromSeconds(2);
        _due = due;
        var waits = new List<TimeSpan>();
        _channel.OnWait = time =>
        {
            waits.Add(time);
            return !(_isOpen = waits.Count > 1);
        };
        var first = Write(Open("wait"), 0, "a\n");
        var second = Write(Open("open"), 1, "b\n");
        Run();
        Assert.That(Answers(first, second), Is.EqualTo(new[] { first, second }));
        Assert.That(waits, Is.EqualTo(new[] { due, due }), "one until OPEN, and one until the time has passed");
    }

    [Test]
    public void Time_ThatPasses_ChangesTheTreeWithoutARequest()
    {
        var write = Write(Open("open"), 0, "1\n");
        _due = TimeSpan.FromSeconds(5);
        _channel.OnWait = _ => false;
        Run();
        Assert.That(Answers(write), Is.EqualTo(new[] { write }));
        Assert.That(_due, Is.Null, "it elapsed before the next read");
    }

    [Test]
    public void Read_ThatWaits_IsAnsweredAfterTheRequestThatEndsIt()
    {
        var read = _channel.Add(Opcode.Read, Open("wait"), Bodies.Read(0, 0, 4096));
        var other = _channel.Add(Opcode.StatFs, 1);
        var opening = Write(Open("open"), 1, "1\n");
        Run();
        Assert.That(Answers(read, other, opening), Is.EqualTo(new[] { other, opening, read }));
        Assert.That(Encoding.UTF8.GetString(_channel.ReplyTo(read).AsSpan(16)), Is.EqualTo("open\n"));
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
        if (_callers[^1].IsInterrupted)
            return Errno.EINTR;
        if (!_isOpen)
            return Errno.EWAITING;
        _stored.Add(Encoding.UTF8.GetString(text));
        return text.Length;
    }

    private Result ShowWait(int obj, TextBuffer text)
    {
        text.Append("open\n"u8);
        return _isOpen ? Result.Ok : Errno.EWAITING;
    }

    private Result<int> StoreOpen(int obj, ReadOnlySpan<byte> text)
    {
        _isOpen = true;
        return text.Length;
    }

    private ulong Open(string name)
    {
        var node = new NodeEncoder(_tree, _tree.Root, new CachedSizes(_tree, (_, _) => { })).ToKernel(_tree.Find(name).Value);
        _channel.Add(Opcode.Open, node, Bodies.Open(name == "open" ? OpenFlags.WriteOnly : OpenFlags.ReadWrite));
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
