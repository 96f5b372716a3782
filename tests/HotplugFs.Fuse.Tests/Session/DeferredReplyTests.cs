using System.Buffers.Binary;
using System.Text;
using HotplugFs.Abi;
using HotplugFs.Fuse.Protocol;

namespace HotplugFs.Fuse.Tests.Session;

/// <summary>The order of what goes out: notifications, what is to be done outside, the reply.</summary>
public sealed class DeferredReplyTests
{
    private DemoTree _demo = null!;
    private ByteChannel _channel = null!;

    [SetUp]
    public void SetUp()
    {
        _demo = new DemoTree(1, 33);
        _channel = new ByteChannel();
    }

    [TearDown]
    public void TearDown() => _channel.Dispose();

    private ulong Node(string path) => _demo.Tree.Find(path).Value.Value;

    private ulong AddWrite(string path, string data, ulong handle = 0)
    {
        _channel.Add(Opcode.Open, Node(path), Bodies.Open(2 - (path.EndsWith("plug") ? 1u : 0u)));
        return _channel.Add(Opcode.Write, Node(path), Bodies.Write(handle, data));
    }

    private FuseSession Run(FuseSessionOptions? options = null)
    {
        var session = new FuseSession(_channel, _demo.Tree, options ?? new FuseSessionOptions { AfterChanges = _demo.TakeAfterwards });
        session.Run();
        return session;
    }

    private static string Describe(byte[] message)
    {
        if (ByteChannel.UniqueOf(message) != 0)
            return $"reply {ByteChannel.UniqueOf(message)}";
        var node = BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(16));
        return ByteChannel.ErrorOf(message) switch
        {
            1 => $"poll {node}",
            2 => $"inode {node}",
            3 => $"entry {node} {Encoding.UTF8.GetString(message[32..^1])}",
            var code => $"code {code}",
        };
    }

    [Test]
    public void Write_ThatAddsAChild_NotifiesAllBeforeItsReply()
    {
        var write = AddWrite("memory/plug", "50");
        Assert.That(Run().HandlerFaults, Is.Zero);
        Assert.That(
            _channel.Messages.Select(Describe).Skip(1),
            Is.EqualTo(new[]
            {
                $"entry {Node("memory")} memory50",
                $"entry {Node("links")} memory50",
                $"inode {Node("memory")}",
                $"inode {Node("links")}",
                $"reply {write}",
            }));
    }

    [Test]
    public void Write_ThatChangesNothing_IsRepliedAtOnceByTheReader()
    {
        var write = AddWrite("memory/plug", "33");
        var thread = 0;
        _channel.OnWrite = message =>
        {
            if (ByteChannel.UniqueOf(message) == write)
                thread = Environment.CurrentManagedThreadId;
            return Result.Ok;
        };
        Run();
        Assert.That(_channel.Messages.Select(Describe), Is.EqualTo(new[] { "reply 1", "reply 2" }));
        Assert.That(ByteChannel.ErrorOf(_channel.ReplyTo(write)), Is.EqualTo(-(int)Errno.EEXIST));
        Assert.That(thread, Is.EqualTo(Environment.CurrentManagedThreadId));
    }

    [Test]
    public void InvalidateEntry_OnTheWire_IsParentLengthNameAndNul()
    {
        AddWrite("memory/plug", "50");
        Run(new FuseSessionOptions { Root = _demo.Tree.Find("memory").Value });
        Assert.That(
            _channel.Messages[1],
            Is.EqualTo(new byte[]
            {
                41, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // header: length, INVAL_ENTRY, no unique
                1, 0, 0, 0, 0, 0, 0, 0, // parent: the mounted directory
                8, 0, 0, 0, 0, 0, 0, 0, // length of the name, flags
                (byte)'m', (byte)'e', (byte)'m', (byte)'o', (byte)'r', (byte)'y', (byte)'5', (byte)'0', 0,
            }));
    }

    [Test]
    public void Notification_OfSomethingTheKernelDoesNotKnow_IsNormal()
    {
        var write = AddWrite("memory/unplug", "33");
        _channel.OnWrite = message => ByteChannel.UniqueOf(message) == 0 ? Errno.ENOENT : Result.Ok;
        Assert.That(Run().HandlerFaults, Is.Zero);
        Assert.That(ByteChannel.ErrorOf(_channel.ReplyTo(write)), Is.Zero);
    }

    [Test]
    public void Notification_ThatTheKernelRefuses_IsCountedAndTheReplyStillGoesOut()
    {
        var write = AddWrite("memory/unplug", "33");
        _channel.OnWrite = message => ByteChannel.UniqueOf(message) == 0 ? Errno.EINVAL : Result.Ok;
        Assert.That(Run().HandlerFaults, Is.EqualTo(4));
        Assert.That(ByteChannel.ErrorOf(_channel.ReplyTo(write)), Is.Zero);
    }

    [Test]
    public void DeferredReply_ThatTheKernelRefuses_IsFollowedByEio()
    {
        var write = AddWrite("memory/unplug", "33");
        var replies = new List<int>();
        _channel.OnWrite = message =>
        {
            if (ByteChannel.UniqueOf(message) != write)
                return Result.Ok;
            replies.Add(ByteChannel.ErrorOf(message));
            return replies.Count == 1 ? Errno.EINVAL : Result.Ok;
        };
        Assert.That(Run().HandlerFaults, Is.EqualTo(1));
        Assert.That(replies, Is.EqualTo(new[] { 0, -(int)Errno.EIO }));
    }

    [Test]
    public void Reader_WhileANotificationIsHeldUp_AnswersOthers()
    {
        var write = AddWrite("memory/plug", "50");
        var other = _channel.Add(Opcode.StatFs, 1);
        using var othersAnswered = new ManualResetEventSlim();
        _channel.OnWrite = message =>
        {
            if (ByteChannel.UniqueOf(message) == 0)
                Assert.That(othersAnswered.Wait(10_000), Is.True);
            if (ByteChannel.UniqueOf(message) == other)
                othersAnswered.Set();
            return Result.Ok;
        };
        Assert.That(Run().HandlerFaults, Is.Zero);
        var order = _channel.Messages.Select(Describe).ToList();
        Assert.That(order.IndexOf($"reply {other}"), Is.LessThan(order.IndexOf($"reply {write}")));
    }

    [Test]
    public void AfterChanges_WithChanges_RunsBetweenNotificationsAndReply()
    {
        var write = AddWrite("memory/plug", "50");
        var seen = new List<string>();
        void Remember()
        {
            lock (_channel.Messages)
                seen.AddRange(_channel.Messages.Select(Describe));
        }
        Run(new FuseSessionOptions { AfterChanges = () => _demo.Tree.HasChanges ? Remember : null });
        Assert.That(seen, Has.Count.EqualTo(5));
        Assert.That(seen, Does.Contain($"inode {Node("links")}").And.Not.Contain($"reply {write}"));
        Assert.That(_channel.Messages, Has.Count.EqualTo(6));
    }

    [Test]
    public void AfterChanges_WithoutChanges_StillRunsBeforeTheReply()
    {
        var seen = -1;
        var request = _channel.Add(Opcode.StatFs, 1);
        _demo.Afterwards = () => { lock (_channel.Messages) seen = _channel.Messages.Count; };
        Run();
        Assert.That(seen, Is.Zero);
        Assert.That(_channel.Messages.Select(Describe), Is.EqualTo(new[] { $"reply {request}" }));
    }

    [Test]
    public void AfterChanges_ThatThrows_IsCountedAndTheReplyStillGoesOut()
    {
        var request = _channel.Add(Opcode.StatFs, 1);
        _demo.Afterwards = () => throw new InvalidOperationException("meant to");
        Assert.That(Run().HandlerFaults, Is.EqualTo(1));
        Assert.That(ByteChannel.ErrorOf(_channel.ReplyTo(request)), Is.Zero);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Poll_FileThatIsNotified_IsWokenAndOnlyThen(bool notifies)
    {
        _demo = new DemoTree(33) { Notifies = notifies };
        var node = Node("memory/memory33/state");
        _channel.Add(Opcode.Open, node, Bodies.Open(2));
        var before = _channel.Add(Opcode.Poll, node, Bodies.Poll(0, 77, 0));
        _channel.Add(Opcode.Read, node, Bodies.Read(0, 0, 100));
        var after = _channel.Add(Opcode.Poll, node, Bodies.Poll(0, 77, 1));
        var write = _channel.Add(Opcode.Write, node, Bodies.Write(0, "online"));
        var woken = _channel.Add(Opcode.Poll, node, Bodies.Poll(0, 77, 0));
        Assert.That(Run().HandlerFaults, Is.Zero);
        Assert.That(_channel.ReplyTo(before)[16..18], Is.EqualTo(new byte[] { 0x4F, 1 }), "IN PRI OUT ERR and the normal ones");
        Assert.That(_channel.ReplyTo(after)[16..18], Is.EqualTo(new byte[] { 0x45, 1 }), "IN OUT and the normal ones");
        Assert.That(_channel.ReplyTo(woken)[16], Is.EqualTo(notifies ? 0x4F : 0x45));
        Assert.That(_channel.Messages.Select(Describe).Count(message => message == "poll 77"), Is.EqualTo(notifies ? 1 : 0));
        Assert.That(ByteChannel.ErrorOf(_channel.ReplyTo(write)), Is.Zero);
    }
}
