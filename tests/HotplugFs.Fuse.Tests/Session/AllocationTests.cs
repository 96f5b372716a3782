using System.Buffers.Binary;
using HotplugFs.Fuse.Device;
using HotplugFs.Fuse.Protocol;
using HotplugFs.Fuse.Session;

namespace HotplugFs.Fuse.Tests.Session;

public sealed class AllocationTests
{
    [Test]
    public void RequestsOnceWarm_AllocateNothing()
    {
        var demo = new DemoTree(1, 33);
        using var channel = new LoopingChannel(rounds: 3000, demo);
        var session = new FuseSession(channel, demo.Tree, new FuseSessionOptions { PostCommitActions = demo.TakePostCommitAction });
        session.Run();
        Assert.That(session.HandlerFaults, Is.Zero);
        Assert.That(channel.Errors, Is.Zero);
        Assert.That(channel.Allocated, Is.Zero);
    }

    /// <summary>Repeats the same requests and measures the second half.</summary>
    private sealed class LoopingChannel : IFuseChannel
    {
        private readonly byte[][] _requests;
        private readonly int _count;
        private int _next;
        private long _before;

        public LoopingChannel(int rounds, DemoTree demo)
        {
            var block = demo.Tree.Find("memory/memory33").Value.Value;
            var state = demo.Tree.Find("memory/memory33/phys_index").Value.Value;
            var scratch = new ByteChannel();
            scratch.Add(Opcode.Lookup, block, Bodies.Name("phys_index"));
            scratch.Add(Opcode.Lookup, block, Bodies.Name("nope"));
            scratch.Add(Opcode.GetAttr, state, new byte[16]);
            scratch.Add(Opcode.Open, state, Bodies.Open(OpenFlags.ReadOnly));
            scratch.Add(Opcode.Read, state, Bodies.Read(0, 0, 4096));
            scratch.Add(Opcode.Read, state, Bodies.Read(0, 9, 4096));
            scratch.Add(Opcode.Release, state, Bodies.Release(0));
            scratch.Add(Opcode.ReadDirPlus, block, Bodies.Read(0, 0, 4096));
            scratch.Add(Opcode.ReadLink, demo.Tree.Find("links/memory33").Value.Value);
            scratch.Add(Opcode.Forget, state, new byte[8]);
            _requests = new byte[10][];
            for (var i = 0; i < _requests.Length; i++)
            {
                var buffer = new byte[4096];
                _requests[i] = buffer[..scratch.Read(buffer).Value];
            }
            _count = rounds * _requests.Length;
        }

        public int Errors { get; private set; }

        public long Allocated { get; private set; }

        public bool WaitForRequest(TimeSpan time) => true;

        public Result<int> Read(Span<byte> buffer)
        {
            if (_next == _count / 2)
                _before = GC.GetAllocatedBytesForCurrentThread();
            if (_next == _count)
            {
                Allocated = GC.GetAllocatedBytesForCurrentThread() - _before;
                return Errno.ENODEV;
            }
            var request = _requests[_next++ % _requests.Length];
            request.CopyTo(buffer);
            return request.Length;
        }

        public Result Write(ReadOnlySpan<byte> message)
        {
            if (BinaryPrimitives.ReadInt32LittleEndian(message[4..]) != 0)
                Errors++;
            return Result.Ok;
        }

        public void Dispose()
        {
        }
    }
}
