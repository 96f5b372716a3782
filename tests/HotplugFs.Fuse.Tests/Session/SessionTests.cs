using System.Buffers.Binary;
using System.Text;
using HotplugFs.Abi;
using HotplugFs.Fuse.Bridge;
using HotplugFs.Fuse.Protocol;
using HotplugFs.Kernfs;

namespace HotplugFs.Fuse.Tests.Session;

/// <summary>The whole protocol on byte arrays: no mount, no device.</summary>
public sealed class SessionTests
{
    private const ulong Root = 1;

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

    private FuseSession Run(FuseSessionOptions? options = null)
    {
        var session = new FuseSession(_channel, _demo.Tree, options ?? new FuseSessionOptions { Log = TestContext.Out.WriteLine });
        session.Run();
        return session;
    }

    private byte[] Answer(Opcode opcode, ulong node, params ReadOnlySpan<byte> body)
    {
        var unique = _channel.Add(opcode, node, body);
        Assert.That(Run().HandlerFaults, Is.Zero);
        return _channel.ReplyTo(unique);
    }

    [Test]
    public void Init_ThisKernel_AgreesOnTheSettings()
    {
        var reply = Answer(Opcode.Init, 0, Bodies.Init());
        Assert.That(
            reply[..48],
            Is.EqualTo(new byte[]
            {
                80, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, // header: length, error, unique
                7, 0, 0, 0, 31, 0, 0, 0, // version
                0, 0, 2, 0, // readahead, as offered
                0x08, 0x20, 0xC4, 0x01, // ATOMIC_O_TRUNC, DO_READDIRPLUS, PARALLEL_DIROPS, MAX_PAGES, CACHE_SYMLINKS, NO_OPENDIR_SUPPORT
                0, 0, 0, 0, // max_background, congestion_threshold: the kernel's own
                0, 0, 2, 0, // max_write: 128 KiB
                1, 0, 0, 0, // time granularity
                32, 0, 0, 0, // max_pages
            }));
    }

    [Test]
    public void Init_KernelThatOffersLess_GetsNoMore() =>
        Assert.That(Answer(Opcode.Init, 0, Bodies.Init(flags: 1 << 3))[28..32], Is.EqualTo(new byte[] { 8, 0, 0, 0 }));

    [Test]
    public void Init_NewerMajorVersion_IsToldOurs()
    {
        var ready = 0;
        var first = _channel.Add(Opcode.Init, 0, Bodies.Init(major: 8));
        _channel.Add(Opcode.Init, 0, Bodies.Init());
        Run(new FuseSessionOptions { Ready = () => ready++ });
        Assert.That(_channel.ReplyTo(first)[16..24], Is.EqualTo(new byte[] { 7, 0, 0, 0, 31, 0, 0, 0 }));
        Assert.That(ready, Is.EqualTo(1));
    }

    [Test]
    public void Init_KernelBefore54_IsRefusedWithTheVersions()
    {
        _channel.Add(Opcode.Init, 0, Bodies.Init(minor: 27));
        Assert.That(() => Run(), Throws.TypeOf<FuseException>().With.Message.Contains("7.27").And.Message.Contains("7.31 (Linux 5.4)"));
        Assert.That(ByteChannel.ErrorOf(_channel.Messages[0]), Is.EqualTo(-71));
    }

    [Test]
    public void Run_ErrorsThatPass_ReadsAgain()
    {
        foreach (var error in new[] { Errno.EINTR, Errno.EAGAIN, Errno.ENOENT })
            _channel.ReadErrors.Enqueue(error);
        _channel.Add(Opcode.Init, 0, Bodies.Init());
        Run();
        Assert.That(_channel.Messages, Has.Count.EqualTo(1));
    }

    [Test]
    public void Run_AnyOtherError_IsAFailureWithItsText()
    {
        _channel.End = Errno.EBADF;
        Assert.That(() => Run(), Throws.TypeOf<FuseException>().With.Message.Contains("Bad file descriptor"));
    }

    [Test]
    public void Lookup_NameThatIsThere_GivesNodeAndAttributesForEver()
    {
        var reply = Answer(Opcode.Lookup, Node("memory/memory33"), Bodies.Name("state"));
        var entry = reply.AsSpan(16);
        Assert.That(entry.Length, Is.EqualTo(128));
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(entry), Is.EqualTo(Node("memory/memory33/state")));
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]), Is.EqualTo(uint.MaxValue), "entry");
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(entry[24..]), Is.EqualTo(uint.MaxValue), "attributes");
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(entry[48..]), Is.EqualTo(4096), "size");
        Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(entry[100..]), Is.EqualTo(0x81A4), "mode");
    }

    [Test]
    public void Lookup_NameThatIsNot_IsANegativeEntryForEver()
    {
        var entry = Answer(Opcode.Lookup, Node("memory"), Bodies.Name("memory2")).AsSpan(16);
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(entry), Is.Zero);
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]), Is.EqualTo(uint.MaxValue));
    }

    [Test]
    public void Lookup_InTheMountedDirectory_CallsIt1()
    {
        var unique = _channel.Add(Opcode.Lookup, Root, Bodies.Name("memory33"));
        var attributes = _channel.Add(Opcode.GetAttr, Root, new byte[16]);
        Run(new FuseSessionOptions { Root = _demo.Tree.Find("memory").Value });
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(_channel.ReplyTo(unique).AsSpan(16)), Is.EqualTo(Node("memory/memory33")));
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(_channel.ReplyTo(attributes).AsSpan(32)), Is.EqualTo(1), "inode");
    }

    [Test]
    public void GetAttributes_Stream_MayNotBeKept()
    {
        _demo.Log.Append("12345");
        var reply = Answer(Opcode.GetAttr, Node("log"), new byte[16]).AsSpan(16);
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(reply), Is.Zero);
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(reply[24..]), Is.EqualTo(5));
    }

    [Test]
    public void ReadLink_Link_IsItsTarget() =>
        Assert.That(Encoding.UTF8.GetString(Answer(Opcode.ReadLink, Node("links/memory33"))[16..]), Is.EqualTo("../memory/memory33"));

    [Test]
    public void ReadDir_SmallBuffer_GivesWhatFitsPadded()
    {
        var reply = Answer(Opcode.ReadDir, Node("links"), Bodies.Read(0, 0, 95)).AsSpan(16);
        Assert.That(reply.Length, Is.EqualTo(32 + 32), ". and ..; memory1 would need 32 more");
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(reply), Is.EqualTo(Node("links")));
        Assert.That(reply[16..32].ToArray(), Is.EqualTo(new byte[] { 1, 0, 0, 0, 4, 0, 0, 0, (byte)'.', 0, 0, 0, 0, 0, 0, 0 }));
    }

    [Test]
    public void ReadDir_FromACookie_GoesOnThere()
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
    public void ReadDirPlus_Entries_CarryNodesButForDotAndDotDot()
    {
        var reply = Answer(Opcode.ReadDirPlus, Node("links"), Bodies.Read(0, 0, 4096)).AsSpan(16);
        Assert.That(reply.Length, Is.EqualTo(4 * 160));
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(reply), Is.Zero);
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(reply[160..]), Is.Zero);
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(reply[320..]), Is.EqualTo(Node("links/memory1")));
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(reply[480..]), Is.EqualTo(Node("links/memory33")));
    }

    [Test]
    public void OpenReadRelease_Attribute_IsDirectAndWithoutFlush()
    {
        var open = _channel.Add(Opcode.Open, Node("memory/memory33/phys_index"), Bodies.Open(0x8000));
        var read = _channel.Add(Opcode.Read, Node("memory/memory33/phys_index"), Bodies.Read(0, 0, 4096));
        var rest = _channel.Add(Opcode.Read, Node("memory/memory33/phys_index"), Bodies.Read(0, 9, 4096));
        var release = _channel.Add(Opcode.Release, Node("memory/memory33/phys_index"), Bodies.Release(0));
        var again = _channel.Add(Opcode.Read, Node("memory/memory33/phys_index"), Bodies.Read(0, 0, 4096));
        Run();
        Assert.That(_channel.ReplyTo(open)[16..], Is.EqualTo(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0x21, 0, 0, 0, 0, 0, 0, 0 }));
        Assert.That(Encoding.UTF8.GetString(_channel.ReplyTo(read)[16..]), Is.EqualTo("00000021\n"));
        Assert.That(_channel.ReplyTo(rest), Has.Length.EqualTo(16));
        Assert.That(ByteChannel.ErrorOf(_channel.ReplyTo(release)), Is.Zero);
        Assert.That(ByteChannel.ErrorOf(_channel.ReplyTo(again)), Is.EqualTo(-(int)Errno.EBADF));
        Assert.That(_demo.Tree.OpenFileCount, Is.Zero);
    }

    [Test]
    public void Open_Direct_IsEinval()
    {
        var reply = Answer(Opcode.Open, Node("memory/memory33/state"), Bodies.Open(OpenFlags.Direct));
        Assert.That(ByteChannel.ErrorOf(reply), Is.EqualTo(-(int)Errno.EINVAL));
    }

    [Test]
    public void Open_ObjectThatWent_IsEnoent()
    {
        var node = Node("memory/memory33/state");
        _demo.Blocks.Remove(33);
        Assert.That(ByteChannel.ErrorOf(Answer(Opcode.Open, node, Bodies.Open(0))), Is.EqualTo(-(int)Errno.ENOENT));
    }

    [Test]
    public void Open_ReplyThatNobodyTakes_IsClosedAgain()
    {
        _channel.OnWrite = _ => Errno.ENOENT;
        _channel.Add(Opcode.Open, Node("memory/memory33/state"), Bodies.Open(0));
        Assert.That(Run().HandlerFaults, Is.Zero);
        Assert.That(_demo.Tree.OpenFileCount, Is.Zero);
    }

    [Test]
    public void Write_Store_SaysHowMuchWasTaken()
    {
        _channel.Add(Opcode.Open, Node("odd/half"), Bodies.Open(1));
        var write = _channel.Add(Opcode.Write, Node("odd/half"), Bodies.Write(0, "123456"));
        Run();
        Assert.That(_channel.ReplyTo(write)[16..], Is.EqualTo(new byte[] { 3, 0, 0, 0, 0, 0, 0, 0 }));
    }

    [Test]
    public void Write_SizeBeyondTheRequest_IsEinval()
    {
        _channel.Add(Opcode.Open, Node("odd/probe"), Bodies.Open(1));
        var write = _channel.Add(Opcode.Write, Node("odd/probe"), Bodies.Read(0, 0, 5));
        Run();
        Assert.That(ByteChannel.ErrorOf(_channel.ReplyTo(write)), Is.EqualTo(-(int)Errno.EINVAL));
    }

    [TestCase(99u, 0, 38, TestName = "Request_UnknownOpcode_IsEnosys")]
    [TestCase(27u, 8, 38, TestName = "Request_OpenDir_IsEnosys")]
    [TestCase(25u, 24, 38, TestName = "Request_Flush_IsEnosys")]
    [TestCase(22u, 16, 38, TestName = "Request_GetXattr_IsEnosys")]
    [TestCase(46u, 24, 38, TestName = "Request_LSeek_IsEnosys")]
    [TestCase(43u, 32, 95, TestName = "Request_FAllocate_IsEopnotsupp")]
    [TestCase(39u, 32, 25, TestName = "Request_Ioctl_IsEnotty")]
    [TestCase(9u, 10, 1, TestName = "Request_MkDir_IsEperm")]
    [TestCase(35u, 20, 13, TestName = "Request_Create_IsEacces")]
    [TestCase(8u, 20, 13, TestName = "Request_MkNodOfRegularFile_IsEacces")]
    [TestCase(20u, 16, 0, TestName = "Request_FSync_IsAccepted")]
    [TestCase(30u, 16, 22, TestName = "Request_FSyncDir_IsEinval")]
    [TestCase(34u, 8, 0, TestName = "Request_Access_IsAccepted")]
    [TestCase(15u, 39, 22, TestName = "Request_TooShort_IsEinval")]
    public void Request(uint opcode, int bodyLength, int error) =>
        Assert.That(ByteChannel.ErrorOf(Answer((Opcode)opcode, Node("memory"), new byte[bodyLength])), Is.EqualTo(-error));

    [Test]
    public void FSync_OfATreeThatRefusesIt_IsEinval()
    {
        var tree = new KernfsTree(new DirectoryType(), new TreeOptions { RefusesSync = true });
        var unique = _channel.Add(Opcode.FSync, Root, new byte[16]);
        new FuseSession(_channel, tree).Run();
        Assert.That(ByteChannel.ErrorOf(_channel.ReplyTo(unique)), Is.EqualTo(-(int)Errno.EINVAL));
    }

    [Test]
    public void Request_ThatWantsNoAnswer_GetsNone()
    {
        _channel.Add(Opcode.Forget, Node("memory"), new byte[8]);
        _channel.Add(Opcode.BatchForget, 0, new byte[8]);
        _channel.Add(Opcode.Interrupt, 0, new byte[8]);
        Assert.That(Run().HandlerFaults, Is.Zero);
        Assert.That(_channel.Messages, Is.Empty);
    }

    [Test]
    public void Request_ShorterThanItsHeader_IsAFailure()
    {
        _channel.AddRaw(new byte[39]);
        Assert.That(() => Run(), Throws.TypeOf<FuseException>());
    }

    [Test]
    public void Handler_ThatThrows_IsEioLoggedAndCountedAndTheSessionGoesOn()
    {
        var log = new List<string>();
        _channel.Add(Opcode.Open, Node("odd/throws"), Bodies.Open(0));
        var bad = _channel.Add(Opcode.Read, Node("odd/throws"), Bodies.Read(0, 0, 4096));
        var good = _channel.Add(Opcode.StatFs, Root);
        var session = Run(new FuseSessionOptions { Log = log.Add });
        Assert.That(ByteChannel.ErrorOf(_channel.ReplyTo(bad)), Is.EqualTo(-(int)Errno.EIO));
        Assert.That(ByteChannel.ErrorOf(_channel.ReplyTo(good)), Is.Zero);
        Assert.That(session.HandlerFaults, Is.EqualTo(1));
        Assert.That(log.Single(), Does.Contain("Read").And.Contain("meant to"));
    }

    [Test]
    public void Reply_ThatTheKernelRefuses_IsFollowedByEio()
    {
        _channel.OnWrite = _ => _channel.Messages.Count == 1 ? Errno.EINVAL : Result.Ok;
        var unique = _channel.Add(Opcode.StatFs, Root);
        Assert.That(Run().HandlerFaults, Is.EqualTo(1));
        Assert.That(_channel.Messages.Select(ByteChannel.UniqueOf), Is.EqualTo(new[] { unique, unique }));
        Assert.That(ByteChannel.ErrorOf(_channel.Messages[1]), Is.EqualTo(-(int)Errno.EIO));
    }

    [Test]
    public void Reply_ThatTheKernelFindsMalformed_IsCounted()
    {
        _channel.OnWrite = _ => Errno.EINVAL;
        _channel.Add(Opcode.StatFs, Root);
        Assert.That(Run(new FuseSessionOptions()).HandlerFaults, Is.EqualTo(1));
    }

    [Test]
    public void Table_Rows_AreOnePerOpcode()
    {
        Assert.That(OperationTable.Rows.Select(row => row.Opcode), Is.Unique);
        foreach (var row in OperationTable.Rows)
        {
            Assert.That(OperationTable.Find(row.Opcode), Is.SameAs(row));
            Assert.That(row.Name.Replace("_", ""), Is.EqualTo(row.Opcode.ToString()).IgnoreCase);
        }
        Assert.That(Enum.GetValues<Opcode>().Except(OperationTable.Rows.Select(row => row.Opcode)), Is.Empty);
    }
}
