using System.Buffers.Binary;
using HotplugFs.Fuse.Bridge;
using HotplugFs.Fuse.Passthrough;
using HotplugFs.Fuse.Protocol;
using HotplugFs.Fuse.Session;
using HotplugFs.Kernfs;
using HotplugFs.Kernfs.Tests;

namespace HotplugFs.Fuse.Tests.Session;

/// <summary>The whole protocol on byte arrays, without a mount and a device.</summary>
public sealed class SessionTests : SessionFixture
{
    private const ulong Root = ProtocolConstants.RootId;

    /// <summary>The minimum size of a request's body in bytes; 0 for other operations.</summary>
    private static readonly Dictionary<Opcode, int> BodySizes = new()
    {
        [Opcode.Init] = 16,
        [Opcode.Lookup] = 1,
        [Opcode.SetAttr] = 88,
        [Opcode.MkNod] = 16,
        [Opcode.Open] = 8,
        [Opcode.Read] = 40,
        [Opcode.Write] = 40,
        [Opcode.Release] = 24,
        [Opcode.Poll] = 24,
        [Opcode.ReadDir] = 40,
        [Opcode.ReadDirPlus] = 40,
    };

    private byte[] Answer(Opcode opcode, ulong node, params ReadOnlySpan<byte> body)
    {
        var unique = Channel.Add(opcode, node, body);
        Assert.That(Run().HandlerFaults, Is.Zero);
        return Channel.ReplyTo(unique);
    }

    [Test]
    public void Init_CurrentKernel_AgreesOnTheSettings()
    {
        var reply = Answer(Opcode.Init, 0, Bodies.Init());
        Assert.That(
            reply[..48],
            Is.EqualTo(new byte[]
            {
                80, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, // header: length, error, unique
                7, 0, 0, 0, 31, 0, 0, 0, // version
                0, 0, 2, 0, // max_readahead, as offered
                0x08, 0xA0, 0xC4, 0x01, // ATOMIC_O_TRUNC, DO_READDIRPLUS, ASYNC_DIO, PARALLEL_DIROPS, MAX_PAGES, CACHE_SYMLINKS, NO_OPENDIR_SUPPORT
                0, 0, 0, 0, // max_background, congestion_threshold: the kernel's defaults
                0, 0, 2, 0, // max_write: 128 KiB
                1, 0, 0, 0, // time granularity
                32, 0, 0, 0, // max_pages
            }));
    }

    [Test]
    public void Init_KernelThatOffersLess_GetsOnlyThat()
    {
        var reply = Answer(Opcode.Init, 0, Bodies.Init(flags: (uint)InitFlags.AtomicTruncate));
        Assert.That(reply[28..32], Is.EqualTo(new byte[] { 8, 0, 0, 0 }));
    }

    [Test]
    public void Init_NewerMajorVersion_GetsOurs()
    {
        var ready = 0;
        var first = Channel.Add(Opcode.Init, 0, Bodies.Init(major: 8));
        Channel.Add(Opcode.Init, 0, Bodies.Init());
        Run(new FuseSessionOptions { Ready = () => ready++ });
        Assert.That(Channel.ReplyTo(first)[16..24], Is.EqualTo(new byte[] { 7, 0, 0, 0, 31, 0, 0, 0 }));
        Assert.That(ready, Is.EqualTo(1));
    }

    [Test]
    public void Init_KernelBefore54_IsRejectedWithTheVersions()
    {
        Channel.Add(Opcode.Init, 0, Bodies.Init(minor: 27));
        Assert.That(() => Run(), Throws.TypeOf<FuseException>().With.Message.Contains("7.27").And.Message.Contains("7.31 (Linux 5.4)"));
        Assert.That(ByteChannel.ErrorOf(Channel.Messages[0]), Is.EqualTo(-(int)Errno.EPROTO));
    }

    [Test]
    public void Run_TransientErrors_ReadsAgain()
    {
        foreach (var error in new[] { Errno.EINTR, Errno.EAGAIN, Errno.ENOENT })
            Channel.ReadErrors.Enqueue(error);
        Channel.Add(Opcode.Init, 0, Bodies.Init());
        Run();
        Assert.That(Channel.Messages, Has.Count.EqualTo(1));
    }

    [Test]
    public void Run_AnyOtherError_FailsWithItsText()
    {
        Channel.End = Errno.EBADF;
        Assert.That(() => Run(), Throws.TypeOf<FuseException>().With.Message.Contains("Bad file descriptor"));
    }

    [Test]
    public void Lookup_ExistingName_ReturnsNodeAndAttributesForever()
    {
        var reply = Answer(Opcode.Lookup, Node("memory/memory33"), Bodies.Name("state"));
        var entry = reply.AsSpan(16);
        Assert.That(entry.Length, Is.EqualTo(128));
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(entry), Is.EqualTo(Node("memory/memory33/state")));
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]), Is.EqualTo(uint.MaxValue), "entry");
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(entry[24..]), Is.EqualTo(uint.MaxValue), "attributes");
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(entry[48..]), Is.EqualTo(4096), "size");
        Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(entry[100..]), Is.EqualTo(Octal.Mode("100644")), "mode");
    }

    [Test]
    public void Lookup_MissingName_IsANegativeEntryForever()
    {
        var entry = Answer(Opcode.Lookup, Node("memory"), Bodies.Name("memory2")).AsSpan(16);
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(entry), Is.Zero);
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]), Is.EqualTo(uint.MaxValue));
    }

    [Test]
    public void Lookup_InTheMountedDirectory_HasTheRootId()
    {
        var unique = Channel.Add(Opcode.Lookup, Root, Bodies.Name("memory33"));
        var attributes = Channel.Add(Opcode.GetAttr, Root, new byte[16]);
        Run(new FuseSessionOptions { Root = Demo.Tree.Find("memory").Value });
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(Channel.ReplyTo(unique).AsSpan(16)), Is.EqualTo(Node("memory/memory33")));
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(Channel.ReplyTo(attributes).AsSpan(32)), Is.EqualTo(Root), "inode");
    }

    [Test]
    public void GetAttributes_Stream_IsNotCached()
    {
        Demo.Log.Append("12345");
        var reply = Answer(Opcode.GetAttr, Node("log"), new byte[16]).AsSpan(16);
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(reply), Is.Zero);
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(reply[24..]), Is.EqualTo(5));
    }

    [Test]
    public void ReadLink_Link_IsItsTarget() =>
        Assert.That(Encoding.UTF8.GetString(Answer(Opcode.ReadLink, Node("links/memory33"))[16..]), Is.EqualTo("../memory/memory33"));

    [Test]
    public void ReadDir_SmallBuffer_ReturnsPaddedEntriesThatFit()
    {
        var reply = Answer(Opcode.ReadDir, Node("links"), Bodies.Read(0, 0, 95)).AsSpan(16);
        Assert.That(reply.Length, Is.EqualTo(32 + 32), ". and ..; memory1 would need 32 more");
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(reply), Is.EqualTo(Node("links")));
        Assert.That(reply[16..32].ToArray(), Is.EqualTo(new byte[] { 1, 0, 0, 0, 4, 0, 0, 0, (byte)'.', 0, 0, 0, 0, 0, 0, 0 }));
    }

    [Test]
    public void ReadDir_FromACookie_ContinuesThere()
    {
        var first = Answer(Opcode.ReadDir, Node("links"), Bodies.Read(0, 2, 4096)).AsSpan(16);
        Assert.That(first.Length, Is.EqualTo(64));
        Assert.That(Encoding.UTF8.GetString(first[24..31]), Is.EqualTo("memory1"));
        Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(first[20..]), Is.EqualTo(10), "DT_LNK");
        var cookie = BinaryPrimitives.ReadUInt64LittleEndian(first[8..]);

        SetUp();
        var second = Answer(Opcode.ReadDir, Node("links"), Bodies.Read(0, cookie, 4096)).AsSpan(16);
        Assert.That(second.Length, Is.EqualTo(32));
        Assert.That(Encoding.UTF8.GetString(second[24..32]), Is.EqualTo("memory33"));
    }

    [Test]
    public void ReadDirPlus_EntriesExceptDotAndDotDot_HaveNodes()
    {
        var reply = Answer(Opcode.ReadDirPlus, Node("links"), Bodies.Read(0, 0, 4096)).AsSpan(16);
        Assert.That(reply.Length, Is.EqualTo(4 * 160));
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(reply), Is.Zero);
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(reply[160..]), Is.Zero);
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(reply[320..]), Is.EqualTo(Node("links/memory1")));
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(reply[480..]), Is.EqualTo(Node("links/memory33")));
    }

    [Test]
    public void OpenReadRelease_Attribute_IsDirectWithoutFlush()
    {
        var open = Channel.Add(Opcode.Open, Node("memory/memory33/phys_index"), Bodies.Open(OpenFlags.ReadOnly));
        var read = Channel.Add(Opcode.Read, Node("memory/memory33/phys_index"), Bodies.Read(0, 0, 4096));
        var rest = Channel.Add(Opcode.Read, Node("memory/memory33/phys_index"), Bodies.Read(0, 9, 4096));
        var release = Channel.Add(Opcode.Release, Node("memory/memory33/phys_index"), Bodies.Release(0));
        var again = Channel.Add(Opcode.Read, Node("memory/memory33/phys_index"), Bodies.Read(0, 0, 4096));
        Run();
        Assert.That(Channel.ReplyTo(open)[16..], Is.EqualTo(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0x21, 0, 0, 0, 0, 0, 0, 0 }));
        Assert.That(Encoding.UTF8.GetString(Channel.ReplyTo(read)[16..]), Is.EqualTo("00000021\n"));
        Assert.That(Channel.ReplyTo(rest), Has.Length.EqualTo(16));
        Assert.That(ByteChannel.ErrorOf(Channel.ReplyTo(release)), Is.Zero);
        Assert.That(ByteChannel.ErrorOf(Channel.ReplyTo(again)), Is.EqualTo(-(int)Errno.EBADF));
        Assert.That(Demo.OpenFileCount, Is.Zero);
    }

    [Test]
    public void Open_Direct_IsEinval()
    {
        var reply = Answer(Opcode.Open, Node("memory/memory33/state"), Bodies.Open(OpenFlags.Direct));
        Assert.That(ByteChannel.ErrorOf(reply), Is.EqualTo(-(int)Errno.EINVAL));
    }

    [Test]
    public void Open_RemovedObject_IsEnoent()
    {
        var node = Node("memory/memory33/state");
        Demo.Blocks.Remove(33);
        Assert.That(ByteChannel.ErrorOf(Answer(Opcode.Open, node, Bodies.Open(OpenFlags.ReadOnly))), Is.EqualTo(-(int)Errno.ENOENT));
    }

    [Test]
    public void Open_UndeliveredReply_ClosesTheFile()
    {
        Channel.OnWrite = _ => Errno.ENOENT;
        Channel.Add(Opcode.Open, Node("memory/memory33/state"), Bodies.Open(OpenFlags.ReadOnly));
        Assert.That(Run().HandlerFaults, Is.Zero);
        Assert.That(Demo.OpenFileCount, Is.Zero);
    }

    [Test]
    public void Write_PartialStore_ReturnsTheCount()
    {
        Channel.Add(Opcode.Open, Node("odd/half"), Bodies.Open(OpenFlags.WriteOnly));
        var write = Channel.Add(Opcode.Write, Node("odd/half"), Bodies.Write(0, "123456"));
        Run();
        Assert.That(Channel.ReplyTo(write)[16..], Is.EqualTo(new byte[] { 3, 0, 0, 0, 0, 0, 0, 0 }));
    }

    [Test]
    public void Read_NegativeOffset_IsEinval()
    {
        Channel.Add(Opcode.Open, Node("memory/memory33/phys_index"), Bodies.Open(OpenFlags.ReadOnly));
        var read = Channel.Add(Opcode.Read, Node("memory/memory33/phys_index"), Bodies.Read(0, ulong.MaxValue, 4096));
        Assert.That(Run().HandlerFaults, Is.Zero);
        Assert.That(ByteChannel.ErrorOf(Channel.ReplyTo(read)), Is.EqualTo(-(int)Errno.EINVAL));
    }

    [Test]
    public void Write_SizeBeyondTheRequest_IsEinval()
    {
        Channel.Add(Opcode.Open, Node("odd/probe"), Bodies.Open(OpenFlags.WriteOnly));
        var write = Channel.Add(Opcode.Write, Node("odd/probe"), Bodies.Read(0, 0, 5));
        Run();
        Assert.That(ByteChannel.ErrorOf(Channel.ReplyTo(write)), Is.EqualTo(-(int)Errno.EINVAL));
    }

    [TestCase("99", 0, Errno.ENOSYS)]
    [TestCase(nameof(Opcode.OpenDir), 8, Errno.ENOSYS)]
    [TestCase(nameof(Opcode.Flush), 24, Errno.ENOSYS)]
    [TestCase(nameof(Opcode.GetXattr), 16, Errno.ENOSYS)]
    [TestCase(nameof(Opcode.LSeek), 24, Errno.ENOSYS)]
    [TestCase(nameof(Opcode.FAllocate), 32, Errno.EOPNOTSUPP)]
    [TestCase(nameof(Opcode.Ioctl), 32, Errno.ENOTTY)]
    [TestCase(nameof(Opcode.MkDir), 10, Errno.EPERM)]
    [TestCase(nameof(Opcode.Create), 20, Errno.EACCES)]
    [TestCase(nameof(Opcode.MkNod), 20, Errno.EACCES)]
    [TestCase(nameof(Opcode.FSync), 16, null)]
    [TestCase(nameof(Opcode.FSyncDir), 16, Errno.EINVAL)]
    [TestCase(nameof(Opcode.Access), 8, null)]
    public void Request_BodyOfZeros_HasItsErrno(string opcode, int bodyLength, Errno? error) =>
        Assert.That(
            ByteChannel.ErrorOf(Answer(Enum.Parse<Opcode>(opcode), Node("memory"), new byte[bodyLength])),
            Is.EqualTo(-(int)(error ?? 0)));

    [Test]
    public void FSync_TreeThatRefusesSync_IsEinval()
    {
        var tree = new KernfsTree(new DirectoryType(), new TreeOptions { RefusesSync = true });
        var unique = Channel.Add(Opcode.FSync, Root, new byte[16]);
        new FuseSession(Channel, tree).Run();
        Assert.That(ByteChannel.ErrorOf(Channel.ReplyTo(unique)), Is.EqualTo(-(int)Errno.EINVAL));
    }

    [Test]
    public void Request_WithoutReply_GetsNone()
    {
        Channel.Add(Opcode.Forget, Node("memory"), new byte[8]);
        Channel.Add(Opcode.BatchForget, 0, new byte[8]);
        Channel.Add(Opcode.Interrupt, 0, new byte[8]);
        Channel.Add(Opcode.Interrupt, 0, new byte[7]);
        Assert.That(Run().HandlerFaults, Is.Zero);
        Assert.That(Channel.Messages, Is.Empty);
    }

    [Test]
    public void Request_ShorterThanItsHeader_Fails()
    {
        Channel.AddRaw(new byte[39]);
        Assert.That(() => Run(), Throws.TypeOf<FuseException>());
    }

    [Test]
    public void Handler_ThatThrows_IsEioAndCountedAndTheSessionContinues()
    {
        var log = new List<string>();
        Channel.Add(Opcode.Open, Node("odd/throws"), Bodies.Open(OpenFlags.ReadOnly));
        var bad = Channel.Add(Opcode.Read, Node("odd/throws"), Bodies.Read(0, 0, 4096));
        var good = Channel.Add(Opcode.StatFs, Root);
        var session = Run(new FuseSessionOptions { Log = log.Add });
        Assert.That(ByteChannel.ErrorOf(Channel.ReplyTo(bad)), Is.EqualTo(-(int)Errno.EIO));
        Assert.That(ByteChannel.ErrorOf(Channel.ReplyTo(good)), Is.Zero);
        Assert.That(session.HandlerFaults, Is.EqualTo(1));
        Assert.That(log.Single(), Does.Contain("Read").And.Contain("meant to"));
    }

    [Test]
    public void Reply_RejectedByTheKernel_IsFollowedByEio()
    {
        Channel.OnWrite = _ => Channel.Messages.Count == 1 ? Errno.EINVAL : Result.Ok;
        var unique = Channel.Add(Opcode.StatFs, Root);
        Assert.That(Run().HandlerFaults, Is.EqualTo(1));
        Assert.That(Channel.Messages.Select(ByteChannel.UniqueOf), Is.EqualTo(new[] { unique, unique }));
        Assert.That(ByteChannel.ErrorOf(Channel.Messages[1]), Is.EqualTo(-(int)Errno.EIO));
    }

    [Test]
    public void Reply_RejectedWithItsEio_IsCountedOnce()
    {
        Channel.OnWrite = _ => Errno.EINVAL;
        Channel.Add(Opcode.StatFs, Root);
        Assert.That(Run(new FuseSessionOptions()).HandlerFaults, Is.EqualTo(1));
    }

    [Test]
    public void Table_EveryOpcode_HasARowWithItsBodySize()
    {
        var sizes = new CachedSizes(Demo.Tree, (_, _) => { });
        var encoder = new NodeEncoder(Demo.Tree, Demo.Tree.Root, sizes);
        var table = new OperationTable(
            new Negotiation(null, PassthroughUse.None),
            new NodeOperations(Demo.Tree, encoder, sizes, TimeProvider.System),
            new FileOperations(Demo.Tree, encoder, sizes));
        foreach (var opcode in Enum.GetValues<Opcode>())
            Assert.That(table.Find(opcode)?.BodyMin, Is.EqualTo(BodySizes.GetValueOrDefault(opcode)), $"{opcode}");
    }

    [Test]
    public void Request_OneByteTooShort_IsEinval()
    {
        var requests = BodySizes.Select(row => Channel.Add(row.Key, Node("memory"), new byte[row.Value - 1])).ToList();
        Assert.That(Run().HandlerFaults, Is.Zero);
        Assert.That(requests.Select(unique => ByteChannel.ErrorOf(Channel.ReplyTo(unique))), Is.All.EqualTo(-(int)Errno.EINVAL));
    }
}
