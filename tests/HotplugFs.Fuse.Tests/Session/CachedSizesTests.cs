using System.Buffers.Binary;
using HotplugFs.Fuse.Protocol;

namespace HotplugFs.Fuse.Tests.Session;

/// <summary>The sizes that the kernel gets to cache, which limit sendfile(2), splice(2), io_uring and aio.</summary>
public sealed class CachedSizesTests : SessionFixture
{
    private const string State = "memory/memory33/state";

    private ulong Lookup(string path)
    {
        var slash = path.LastIndexOf('/');
        var parent = slash < 0 ? ProtocolConstants.RootId : Node(path[..slash]);
        return Channel.Add(Opcode.Lookup, parent, Bodies.Name(path[(slash + 1)..]));
    }

    private ulong ReadForPageCache(string path)
    {
        Channel.Add(Opcode.Open, Node(path), Bodies.Open(OpenFlags.ReadOnly));
        var read = Channel.Add(Opcode.Read, Node(path), Bodies.Read(0, 0, 4096, forPageCache: true));
        Channel.Add(Opcode.Release, Node(path), Bodies.Release(0));
        return read;
    }

    /// <summary>Size, lifetime of the name and lifetime of the attributes in the reply to a lookup.</summary>
    private (ulong Size, ulong Name, ulong Attributes) Entry(ulong lookup)
    {
        var entry = Channel.ReplyTo(lookup).AsSpan(16);
        return (
            BinaryPrimitives.ReadUInt64LittleEndian(entry[48..]),
            BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(entry[24..]));
    }

    [Test]
    public void Lookup_FileReadForThePageCache_IsRepeatedAndHasTheLengthOfTheText()
    {
        var before = Lookup(State);
        var read = ReadForPageCache(State);
        var after = Lookup(State);
        var other = Lookup("memory/memory1/state");
        Assert.That(Run().HandlerFaults, Is.Zero);
        Assert.That(Entry(before), Is.EqualTo((4096UL, (ulong)uint.MaxValue, (ulong)uint.MaxValue)));
        Assert.That(Entry(after), Is.EqualTo((8UL, 0UL, 0UL)), "offline and a newline");
        Assert.That(Entry(other).Size, Is.EqualTo(4096));
        var name = Channel.Messages.FindIndex(message => ByteChannel.ErrorOf(message) == (int)NotifyCode.InvalidateEntry);
        Assert.That(Encoding.UTF8.GetString(Channel.Messages[name][32..^1]), Is.EqualTo("state"));
        Assert.That(Channel.Messages.FindIndex(message => ByteChannel.UniqueOf(message) == read), Is.GreaterThan(name));
    }

    [Test]
    public void Read_ForThePageCacheAgain_IsAnsweredAtOnce()
    {
        ReadForPageCache(State);
        ReadForPageCache(State);
        Run();
        Assert.That(Channel.Messages.Count(message => ByteChannel.UniqueOf(message) == 0), Is.EqualTo(2), "one name, its directory");
    }

    [Test]
    public void Read_ForTheCaller_ChangesNothing()
    {
        Channel.Add(Opcode.Open, Node(State), Bodies.Open(OpenFlags.ReadOnly));
        Channel.Add(Opcode.Read, Node(State), Bodies.Read(0, 0, 4096));
        var lookup = Lookup(State);
        Run();
        Assert.That(Entry(lookup).Size, Is.EqualTo(4096));
        Assert.That(Channel.Messages.Select(ByteChannel.UniqueOf), Has.None.EqualTo(0));
    }

    [TestCase("meminfo", 10_000ul)]
    [TestCase("odd/error", 2ul)]
    [TestCase("log", 5ul)]
    public void Lookup_SizeThatIsNoPage_IsTheLengthOfTheText(string path, ulong expected)
    {
        Demo.Log.Append("12345");
        var lookup = Lookup(path);
        Run();
        Assert.That(Entry(lookup), Is.EqualTo((expected, 0UL, 0UL)));
    }

    [Test]
    public void Lookup_FileThatCannotBeRead_HasItsSize()
    {
        ReadForPageCache("odd/fails");
        var lookup = Lookup("odd/fails");
        Assert.That(Run().HandlerFaults, Is.Zero);
        Assert.That(Entry(lookup).Size, Is.EqualTo(4096));
    }

    /// <summary>The kernel must report st_size but keep the length of the text in its cache.</summary>
    [TestCase("meminfo", 0ul)]
    [TestCase(State, 4096ul)]
    public void GetAttributes_FileWhoseTextLengthIsCached_InvalidatesAndThenReportsItsSize(string path, ulong size)
    {
        ReadForPageCache(path);
        var unique = Channel.Add(Opcode.GetAttr, Node(path), new byte[16]);
        Run();
        var index = Channel.Messages.FindIndex(message => ByteChannel.UniqueOf(message) == unique);
        var attributes = Channel.Messages[index].AsSpan(16);
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(attributes), Is.Zero, "lifetime");
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(attributes[24..]), Is.EqualTo(size));
        var notification = Channel.Messages.Take(index).Last(message => ByteChannel.UniqueOf(message) == 0);
        Assert.That((NotifyCode)ByteChannel.ErrorOf(notification), Is.EqualTo(NotifyCode.InvalidateInode));
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(notification.AsSpan(16)), Is.EqualTo(Node(path)));
        Assert.That(BinaryPrimitives.ReadInt64LittleEndian(notification.AsSpan(24)), Is.EqualTo(-1), "attributes only");
    }
}
