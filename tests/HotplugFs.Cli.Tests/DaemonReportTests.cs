using System.Buffers.Binary;
using HotplugFs.Cli.Daemon;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Engine.Notifiers;
using HotplugFs.Fuse.Device;
using HotplugFs.Fuse.Session;
using HotplugFs.Kernels;
using HotplugFs.Machines.Files;
using HotplugFs.Sysfs;

namespace HotplugFs.Cli.Tests;

/// <summary>A bug in the machine, as the daemon reports it and survives it.</summary>
public sealed class DaemonReportTests
{
    private const uint Open = 14;
    private const uint Write = 16;

    private StringWriter _error = null!;
    private Machine _machine = null!;
    private MachineTree _tree = null!;
    private Channel _channel = null!;
    private Faulty _notifier = null!;

    [SetUp]
    public void SetUp()
    {
        var kernel = KernelCatalogue.Get("6.12");
        _error = new StringWriter();
        _machine = new Machine(MachineFile.Load("default").Definition, kernel.Rules);
        _tree = new MachineTree(_machine, kernel.Files);
        _notifier = new Faulty();
        _machine.Notifiers.Register(_notifier);
        _channel = new Channel();
    }

    [TearDown]
    public void TearDown()
    {
        _channel.Dispose();
        _error.Dispose();
    }

    /// <summary>Opens a file and writes to it.</summary>
    /// <param name="handle">The number of files opened before.</param>
    private void Put(string path, string text, ulong handle)
    {
        var node = _tree.Tree.Find(path).Value.Value;
        _channel.Add(Open, node, [1, 0, 0, 0, 0, 0, 0, 0]);
        var body = new byte[40];
        BinaryPrimitives.WriteUInt64LittleEndian(body, handle);
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(16), (uint)text.Length);
        _channel.Add(Write, node, [.. body, .. Encoding.ASCII.GetBytes(text)]);
    }

    /// <summary>Serves the requests as the daemon does, and returns the errors of the replies.</summary>
    private int[] Serve()
    {
        var report = new DaemonReport(new TextReadiness(TextWriter.Null, _error));
        new FuseSession(_channel, _tree.Tree, new FuseSessionOptions
        {
            Log = report.Problem,
            PostCommitActions = () =>
            {
                report.WriteProblemsTo(_machine);
                return null;
            },
        }).Run();
        return [.. _channel.Replies.OrderBy(reply => reply.Unique).Select(reply => reply.Error)];
    }

    private string Log()
    {
        var text = new byte[_tree.Log.End];
        _tree.Log.ReadAt(0, text);
        return Encoding.UTF8.GetString(text);
    }

    [Test]
    public void NotifierThrows_TheWriterGetsEioAndTheMachineLivesOn()
    {
        _machine.Logged += _ => _notifier.Throws = false;
        Put("sys/devices/system/memory/memory34/state", "offline", 0);
        Put("sys/devices/system/memory/memory34/state", "offline", 1);
        Assert.That(Serve(), Is.EqualTo(new[] { 0, -(int)Errno.EIO, 0, 0 }));
        Assert.That(_machine[new BlockId(34)].State, Is.EqualTo(MemoryBlockState.Offline));
        Assert.That(Log(), Does.StartWith("hotplugfs: Write failed: System.InvalidOperationException: a bug").And.EndsWith("\n"));
        Assert.That(_error.ToString(), Does.StartWith("hotplugfs: Write failed: System.InvalidOperationException: a bug"));
    }

    [Test]
    public void NotifierThrowsInAControlFile_TheWriterGetsEioAndTheMachineLivesOn()
    {
        _machine.Devices.AutoOnline = OnlineType.Online;
        _machine.Logged += _ => _notifier.Throws = false;
        Put("hotplugfs/virtio_mem", "id=v node=1 max=1G", 0);
        Put("hotplugfs/dimms/plug", "node=1 size=128M id=d", 1);
        Put("hotplugfs/dimms/unplug", "d", 2);
        Put("hotplugfs/dimms/plug", "node=1 size=128M id=d", 3);
        Assert.That(Serve(), Is.EqualTo(new[] { 0, 0, 0, -(int)Errno.EIO, 0, 0, 0, 0 }));
        Assert.That(_machine[_machine.Dimms.Find("d")!.First].State, Is.EqualTo(MemoryBlockState.Online));
        Assert.That(Log().Split('\n'), Has.Length.EqualTo(2));
    }

    /// <summary>A notifier with a bug.</summary>
    private sealed class Faulty : IMemoryNotifier
    {
        public bool Throws { get; set; } = true;

        public int Priority => 0;

        public string Name => "faulty";

        public Result Notify(MemoryAction action, in MemoryNotify argument) =>
            Throws ? throw new InvalidOperationException("a bug") : Result.Ok;
    }

    /// <summary>A kernel that sends some requests.</summary>
    private sealed class Channel : IFuseChannel
    {
        private readonly Queue<byte[]> _requests = [];
        private ulong _unique;

        public List<(ulong Unique, int Error)> Replies { get; } = [];

        public void Add(uint opcode, ulong node, byte[] body)
        {
            var header = new byte[40];
            BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)(header.Length + body.Length));
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), opcode);
            BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(8), ++_unique);
            BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(16), node);
            _requests.Enqueue([.. header, .. body]);
        }

        public bool WaitForRequest(TimeSpan time) => true;

        public Result<int> Read(Span<byte> buffer)
        {
            if (!_requests.TryDequeue(out var request))
                return Errno.ENODEV;
            request.CopyTo(buffer);
            return request.Length;
        }

        public Result Write(ReadOnlySpan<byte> message)
        {
            var reply = (BinaryPrimitives.ReadUInt64LittleEndian(message[8..]), BinaryPrimitives.ReadInt32LittleEndian(message[4..]));
            lock (Replies)
                if (reply.Item1 != 0)
                    Replies.Add(reply);
            return Result.Ok;
        }

        public void Dispose()
        {
        }
    }
}
