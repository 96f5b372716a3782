using System.Buffers.Binary;
using HotplugFs.Fuse.Protocol;
using HotplugFs.Fuse.Session;

namespace HotplugFs.Fuse.Tests.Session;

/// <summary>The order of notifications, post-commit action and reply.</summary>
public sealed class DeferredReplyTests : SessionFixture
{
    private ulong AddWrite(string path, string data, ulong handle = 0)
    {
        Channel.Add(Opcode.Open, Node(path), Bodies.Open(OpenFlags.WriteOnly));
        return Channel.Add(Opcode.Write, Node(path), Bodies.Write(handle, data));
    }

    private static string Describe(byte[] message)
    {
        if (ByteChannel.UniqueOf(message) != 0)
            return $"reply {ByteChannel.UniqueOf(message)}";
        var node = BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(16));
        return (NotifyCode)ByteChannel.ErrorOf(message) switch
        {
            NotifyCode.Poll => $"poll {node}",
            NotifyCode.InvalidateInode => $"inode {node}",
            NotifyCode.InvalidateEntry => $"entry {node} {Encoding.UTF8.GetString(message[32..^1])}",
            var code => $"code {code}",
        };
    }

    [Test]
    public void Write_ThatAddsAChild_NotifiesBeforeItsReply()
    {
        var write = AddWrite("memory/plug", "50");
        Assert.That(Run().HandlerFaults, Is.Zero);
        Assert.That(
            Channel.Messages.Select(Describe).Skip(1),
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
    public void Write_WithoutChanges_IsAnsweredByTheReader()
    {
        var write = AddWrite("memory/plug", "33");
        var thread = 0;
        Channel.OnWrite = message =>
        {
            if (ByteChannel.UniqueOf(message) == write)
                thread = Environment.CurrentManagedThreadId;
            return Result.Ok;
        };
        Run();
        Assert.That(Channel.Messages.Select(Describe), Is.EqualTo(new[] { "reply 1", "reply 2" }));
        Assert.That(ByteChannel.ErrorOf(Channel.ReplyTo(write)), Is.EqualTo(-(int)Errno.EEXIST));
        Assert.That(thread, Is.EqualTo(Environment.CurrentManagedThreadId));
    }

    [Test]
    public void InvalidateEntry_OnTheWire_IsParentLengthNameAndNul()
    {
        AddWrite("memory/plug", "50");
        Run(new FuseSessionOptions { Root = Demo.Tree.Find("memory").Value });
        Assert.That(
            Channel.Messages[1],
            Is.EqualTo(new byte[]
            {
                41, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // header: length, INVAL_ENTRY, no unique
                1, 0, 0, 0, 0, 0, 0, 0, // parent: the mounted directory
                8, 0, 0, 0, 0, 0, 0, 0, // length of the name, flags
                (byte)'m', (byte)'e', (byte)'m', (byte)'o', (byte)'r', (byte)'y', (byte)'5', (byte)'0', 0,
            }));
    }

    [Test]
    public void Notification_UnknownToTheKernel_IsNoError()
    {
        var write = AddWrite("memory/unplug", "33");
        Channel.OnWrite = message => ByteChannel.UniqueOf(message) == 0 ? Errno.ENOENT : Result.Ok;
        Assert.That(Run().HandlerFaults, Is.Zero);
        Assert.That(ByteChannel.ErrorOf(Channel.ReplyTo(write)), Is.Zero);
    }

    [Test]
    public void Notification_RejectedByTheKernel_IsCountedAndTheReplyIsSent()
    {
        var write = AddWrite("memory/unplug", "33");
        Channel.OnWrite = message => ByteChannel.UniqueOf(message) == 0 ? Errno.EINVAL : Result.Ok;
        Assert.That(Run().HandlerFaults, Is.EqualTo(4));
        Assert.That(ByteChannel.ErrorOf(Channel.ReplyTo(write)), Is.Zero);
    }

    [Test]
    public void DeferredReply_RejectedByTheKernel_IsFollowedByEio()
    {
        var write = AddWrite("memory/unplug", "33");
        var replies = new List<int>();
        Channel.OnWrite = message =>
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
    public void Reader_WhileANotificationIsDelayed_AnswersOthers()
    {
        var write = AddWrite("memory/plug", "50");
        var other = Channel.Add(Opcode.StatFs, 1);
        using var othersAnswered = new ManualResetEventSlim();
        Channel.OnWrite = message =>
        {
            if (ByteChannel.UniqueOf(message) == 0)
                Assert.That(othersAnswered.Wait(10_000), Is.True);
            if (ByteChannel.UniqueOf(message) == other)
                othersAnswered.Set();
            return Result.Ok;
        };
        Assert.That(Run().HandlerFaults, Is.Zero);
        var order = Channel.Messages.Select(Describe).ToList();
        Assert.That(order.IndexOf($"reply {other}"), Is.LessThan(order.IndexOf($"reply {write}")));
    }

    [Test]
    public void PostCommitAction_WithChanges_RunsBetweenNotificationsAndReply()
    {
        var write = AddWrite("memory/plug", "50");
        var seen = new List<string>();
        void Remember()
        {
            lock (Channel.Messages)
                seen.AddRange(Channel.Messages.Select(Describe));
        }
        Run(new FuseSessionOptions { PostCommitActions = () => Demo.Tree.Changes.IsEmpty ? null : Remember });
        Assert.That(seen, Has.Count.EqualTo(5));
        Assert.That(seen, Does.Contain($"inode {Node("links")}").And.Not.Contain($"reply {write}"));
        Assert.That(Channel.Messages, Has.Count.EqualTo(6));
    }

    [Test]
    public void PostCommitAction_WithoutChanges_RunsBeforeTheReply()
    {
        var seen = -1;
        var request = Channel.Add(Opcode.StatFs, 1);
        Demo.PostCommitAction = () => { lock (Channel.Messages) seen = Channel.Messages.Count; };
        Run();
        Assert.That(seen, Is.Zero);
        Assert.That(Channel.Messages.Select(Describe), Is.EqualTo(new[] { $"reply {request}" }));
    }

    [Test]
    public void PostCommitAction_ThatThrows_IsCountedAndTheReplyIsSent()
    {
        var request = Channel.Add(Opcode.StatFs, 1);
        Demo.PostCommitAction = () => throw new InvalidOperationException("meant to");
        Assert.That(Run().HandlerFaults, Is.EqualTo(1));
        Assert.That(ByteChannel.ErrorOf(Channel.ReplyTo(request)), Is.Zero);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Poll_File_IsWokenOnlyIfNotified(bool notifies)
    {
        Demo = new DemoTree(33) { Notifies = notifies };
        var node = Node("memory/memory33/state");
        Channel.Add(Opcode.Open, node, Bodies.Open(OpenFlags.ReadWrite));
        var before = Channel.Add(Opcode.Poll, node, Bodies.Poll(0, 77, 0));
        Channel.Add(Opcode.Read, node, Bodies.Read(0, 0, 100));
        var after = Channel.Add(Opcode.Poll, node, Bodies.Poll(0, 77, 1));
        var write = Channel.Add(Opcode.Write, node, Bodies.Write(0, "online"));
        var woken = Channel.Add(Opcode.Poll, node, Bodies.Poll(0, 77, 0));
        Assert.That(Run().HandlerFaults, Is.Zero);
        Assert.That(Channel.ReplyTo(before)[16..18], Is.EqualTo(new byte[] { 0x4F, 1 }), "IN PRI OUT ERR and the normal ones");
        Assert.That(Channel.ReplyTo(after)[16..18], Is.EqualTo(new byte[] { 0x45, 1 }), "IN OUT and the normal ones");
        Assert.That(Channel.ReplyTo(woken)[16], Is.EqualTo(notifies ? 0x4F : 0x45));
        Assert.That(Channel.Messages.Select(Describe).Count(message => message == "poll 77"), Is.EqualTo(notifies ? 1 : 0));
        Assert.That(ByteChannel.ErrorOf(Channel.ReplyTo(write)), Is.Zero);
    }
}
