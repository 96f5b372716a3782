using HotplugFs.Fuse.Protocol;
using HotplugFs.Fuse.Session;
using HotplugFs.Kernfs;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Fuse.Tests.Session;

/// <summary>Whatever the machine throws, whatever the request: the caller gets EIO, the log has the reason, and the session continues.</summary>
public sealed class FaultTests
{
    /// <summary>The requests for which the machine is asked.</summary>
    private static readonly Opcode[] Asking =
    [
        Opcode.Lookup, Opcode.GetAttr, Opcode.SetAttr, Opcode.ReadLink, Opcode.Open, Opcode.Read, Opcode.Write, Opcode.ReadDir,
        Opcode.ReadDirPlus, Opcode.Poll,
    ];

    /// <summary>All requests but those without a reply.</summary>
    private static readonly string[] All =
        [.. Enum.GetValues<Opcode>().Except([Opcode.Forget, Opcode.BatchForget, Opcode.Interrupt]).Select(opcode => $"{opcode}")];

    private FaultyObjects _objects = null!;
    private KernfsTree _tree = null!;
    private ByteChannel _channel = null!;
    private List<string> _log = null!;

    [SetUp]
    public void SetUp()
    {
        _objects = new FaultyObjects();
        var block = new DirectoryType(
            Rw("state", (_, text) => text.Append("offline"), (_, data) => data.Length),
            Link("self", (obj, text) => text.Append(_objects.Checked(obj))));
        _tree = new KernfsTree(new DirectoryType(Dir("memory", Numbered("memory", _objects, block))));
        _channel = new ByteChannel();
        _log = [];
    }

    [TearDown]
    public void TearDown() => _channel.Dispose();

    private ulong Node(string path) => _tree.Find(path).Value.Value;

    private ulong Add(Opcode opcode)
    {
        var path = opcode switch
        {
            Opcode.ReadLink => "memory/memory33/self",
            Opcode.Lookup or Opcode.GetAttr or Opcode.ReadDir or Opcode.ReadDirPlus => "memory/memory33",
            _ => "memory/memory33/state",
        };
        var setMode = new byte[88];
        setMode[0] = (byte)SetAttrValid.Mode;
        return _channel.Add(opcode, Node(path), opcode switch
        {
            Opcode.Init => Bodies.Init(),
            Opcode.Lookup => Bodies.Name("state"),
            Opcode.SetAttr => setMode,
            Opcode.Open => Bodies.Open(OpenFlags.ReadOnly),
            Opcode.Read or Opcode.ReadDir or Opcode.ReadDirPlus => Bodies.Read(0, 0, 4096),
            Opcode.Write => Bodies.Write(0, "online"),
            Opcode.Poll => Bodies.Poll(0, 1, 0),
            _ => new byte[88],
        });
    }

    /// <summary>Sends a request between an open that succeeds and a lookup that does, and returns its error.</summary>
    private int Serve(Opcode opcode, bool throws)
    {
        Add(Opcode.Open);
        // The first poll of an open file is answered without the machine.
        var last = Add(Opcode.Read);
        var request = Add(opcode);
        var next = Add(Opcode.Lookup);
        _channel.OnWrite = message =>
        {
            _objects.Throws = throws && ByteChannel.UniqueOf(message) == last;
            return Result.Ok;
        };
        var session = new FuseSession(_channel, _tree, new FuseSessionOptions { Log = _log.Add });
        session.Run();
        Assert.That(session.HandlerFaults, Is.EqualTo(_log.Count));
        Assert.That(ByteChannel.ErrorOf(_channel.ReplyTo(next)), Is.Zero, "the next request");
        return ByteChannel.ErrorOf(_channel.ReplyTo(request));
    }

    [TestCaseSource(nameof(All))]
    public void Request_TheMachineThrows_IsEioAndLoggedAndTheSessionContinues(string name)
    {
        var opcode = Enum.Parse<Opcode>(name);
        var normal = Serve(opcode, throws: false);
        Assert.That(_log, Is.Empty);
        SetUp();
        var outcome = Serve(opcode, throws: true);
        if (!Asking.Contains(opcode))
        {
            Assert.That(outcome, Is.EqualTo(normal));
            return;
        }
        Assert.That(outcome, Is.EqualTo(-(int)Errno.EIO));
        Assert.That(_log.Single(), Does.StartWith($"{opcode} failed: ").And.Contain("a bug in the machine"));
        Assert.That(_tree.OpenFiles.Find(0).IsOk, "the file opened before is still open");
        Assert.That(_tree.OpenFiles.Find(1).IsOk, Is.False, "a file that the caller did not get is closed");
    }

    /// <summary>The blocks of a machine with a bug.</summary>
    private sealed class FaultyObjects : IObjectSet
    {
        public bool Throws { get; set; }

        public int Checked(int value) => Throws ? throw new InvalidOperationException("a bug in the machine") : value;

        public bool TryGetGeneration(int parent, int number, out uint generation)
        {
            generation = 0;
            return Checked(number) == 33;
        }

        public int Next(int parent, int from) => Checked(from) <= 33 ? 33 : -1;

        public int Count(int parent) => Checked(1);
    }
}
