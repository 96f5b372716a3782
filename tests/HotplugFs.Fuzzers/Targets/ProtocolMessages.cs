using System.Runtime.InteropServices;
using HotplugFs.Fuse;
using HotplugFs.Fuse.Device;
using HotplugFs.Fuse.Protocol;
using HotplugFs.Fuse.Session;
using HotplugFs.Kernels;
using HotplugFs.Machines.Files;
using HotplugFs.Sysfs;

namespace HotplugFs.Fuzzers.Targets;

/// <summary>
/// FUSE requests as bytes: two bytes of length, then the request with its header, and so on. Each request that a kernel would wait for is
/// answered exactly once, and nothing throws.
/// </summary>
internal sealed class ProtocolMessages : FuzzTarget
{
    private const string Memory = "sys/devices/system/memory";

    private static readonly string[] Paths =
    [
        "", Memory, $"{Memory}/memory40", $"{Memory}/memory40/state", $"{Memory}/memory40/firmware_node", $"{Memory}/memory32/state",
        "sys/devices/system/node/node1", "hotplugfs/log", "hotplugfs/machine", "hotplugfs/virtio_mem", "hotplugfs/dimms", "hotplugfs/dimms/plug",
        "hotplugfs/dimms/unplug", "hotplugfs/offline_result", "sys/bus/memory/devices/memory40", "proc/zoneinfo",
    ];

    private static readonly string[] Names = ["sys", "memory40", "memory33", "state", "no", "", "x\0y"];

    private static readonly string[] Writes =
        ["online", "offline", "online_movable", "dimm0", "id=a node=1 size=512M", "id=v node=0 max=1G", "id=v size=1G", "40 EBUSY", "1", ""];

    public override string Name => "protocol";

    public override IReadOnlyList<byte[]> Tokens { get; } = [.. MakeTokens()];

    public override IEnumerable<byte[]> Examples =>
        [Tokens[0], [.. Tokens.Take(60).SelectMany(token => token)], [.. Tokens.SelectMany(token => token)]];

    public override void Run(ReadOnlySpan<byte> input)
    {
        using var channel = new InputChannel(input);
        var kernel = KernelCatalogue.Get(input.Length % 2 == 0 ? "6.12" : "4.9");
        var machine = new Machine(MachineFile.Load("default").Definition, kernel.Rules);
        var tree = new MachineTree(machine, kernel.Files);
        var session = new FuseSession(channel, tree.Tree, new FuseSessionOptions { Log = what => channel.Faults.Add(what) });
        try
        {
            session.Run();
        }
        catch (FuseException expected) when (channel.IsRefused)
        {
            // The daemon ends with this message: the kernel is too old, or sent less than a header.
            GC.KeepAlive(expected);
        }
        Messages += channel.Count;
        if (session.HandlerFaults != 0)
            throw new FuzzException(channel.Faults[0]);
        channel.CheckReplies();
    }

    /// <summary>A request of each kind to nodes of every kind.</summary>
    private static IEnumerable<byte[]> MakeTokens()
    {
        var kernel = KernelCatalogue.Get(KernelCatalogue.Newest);
        var tree = new MachineTree(new Machine(MachineFile.Load("default").Definition, kernel.Rules), kernel.Files);
        var nodes = Paths.Select(path => path.Length == 0 ? ProtocolConstants.RootId : tree.Tree.Find(path).Value.Value).ToArray();
        yield return Token(Opcode.Init, 0, new InitIn { Major = 7, Minor = 41, Flags = (InitFlags)uint.MaxValue });
        foreach (var node in nodes)
        {
            yield return Token(Opcode.Open, node, new OpenIn { Flags = OpenFlags.ReadWrite });
            yield return Token(Opcode.Open, node, new OpenIn { Flags = OpenFlags.ReadOnly });
            yield return Token(Opcode.Open, node, new OpenIn { Flags = OpenFlags.WriteOnly });
            yield return Token(Opcode.GetAttr, node, 0L);
            yield return Token(Opcode.SetAttr, node, new SetAttrIn { Valid = SetAttrValid.Mode, Mode = 0x1ff });
            yield return Token(Opcode.ReadLink, node, 0L);
            yield return Token(Opcode.ReadDir, node, new ReadIn { Size = 4096 });
            yield return Token(Opcode.ReadDirPlus, node, new ReadIn { Size = 700, Offset = 2 });
            foreach (var name in Names)
                yield return Token(Opcode.Lookup, node, (byte)0, [.. Encoding.UTF8.GetBytes(name), 0]);
        }
        for (var handle = 0ul; handle < 3; handle++)
        {
            yield return Token(Opcode.Read, nodes[0], new ReadIn { Handle = handle, Size = 4096 });
            yield return Token(Opcode.Read, nodes[0], new ReadIn { Handle = handle, Size = uint.MaxValue, Offset = ulong.MaxValue });
            yield return Token(Opcode.Poll, nodes[0], new PollIn { Handle = handle, KernelHandle = 1, Flags = PollFlags.ScheduleNotify });
            yield return Token(Opcode.Release, nodes[0], new ReleaseIn { Handle = handle });
            foreach (var text in Writes)
                yield return Token(Opcode.Write, nodes[0], new WriteIn { Handle = handle, Size = (uint)text.Length }, Encoding.UTF8.GetBytes(text));
        }
        foreach (var opcode in Enum.GetValues<Opcode>())
            yield return Token(opcode, nodes[3], new SetAttrIn());
    }

    private static byte[] Token<T>(Opcode opcode, ulong node, T body, params ReadOnlySpan<byte> rest) where T : unmanaged
    {
        byte[] bytes = [.. MemoryMarshal.AsBytes(new ReadOnlySpan<T>(ref body)), .. rest];
        var header = new InHeader { Length = (uint)(Request.HeaderSize + bytes.Length), Opcode = opcode, Unique = 2, NodeId = node };
        return [.. BitConverter.GetBytes((ushort)header.Length), .. MemoryMarshal.AsBytes(new ReadOnlySpan<InHeader>(ref header)), .. bytes];
    }

    /// <summary>Returns the requests of an input, each with a unique number of its own, and notes the replies.</summary>
    private sealed class InputChannel : IFuseChannel
    {
        private static readonly Opcode[] WithoutReply = [Opcode.Forget, Opcode.BatchForget];

        private readonly Queue<byte[]> _requests = [];
        private readonly Dictionary<ulong, int> _replies = [];
        private readonly HashSet<ulong> _interrupts = [];
        private string? _problem;

        public InputChannel(ReadOnlySpan<byte> input)
        {
            while (input.Length >= sizeof(ushort))
            {
                var length = Math.Min(BitConverter.ToUInt16(input), input.Length - sizeof(ushort));
                _requests.Enqueue(input.Slice(sizeof(ushort), length).ToArray());
                input = input[(sizeof(ushort) + length)..];
            }
        }

        public List<string> Faults { get; } = [];

        public int Count { get; private set; }

        /// <summary>True if the last request may end the session.</summary>
        public bool IsRefused { get; private set; }

        public bool WaitForRequest(TimeSpan time) => true;

        public Result<int> Read(Span<byte> buffer)
        {
            if (!_requests.TryDequeue(out var request))
                return Errno.ENODEV;
            Count++;
            request.CopyTo(buffer);
            if (request.Length < Request.HeaderSize)
            {
                IsRefused = true;
                return request.Length;
            }
            ref var header = ref MemoryMarshal.AsRef<InHeader>(buffer);
            header.Unique = (ulong)Count;
            IsRefused = header.Opcode == Opcode.Init;
            // The kernel accepts a reply to an interruption, but waits for none.
            if (header.Opcode == Opcode.Interrupt)
                _interrupts.Add(header.Unique);
            if (!WithoutReply.Contains(header.Opcode))
                lock (_replies)
                    _replies[header.Unique] = 0;
            return request.Length;
        }

        public Result Write(ReadOnlySpan<byte> message)
        {
            var header = MemoryMarshal.Read<OutHeader>(message);
            lock (_replies)
            {
                if (header.Length != message.Length || (header.Unique != 0 && header.Error is > 0 or < -511))
                    _problem ??= $"a message of {message.Length} bytes has the length {header.Length} and the error {header.Error}";
                if (header.Unique == 0)
                    return Result.Ok;
                if (!_replies.TryGetValue(header.Unique, out var count))
                    _problem ??= $"request {header.Unique} is answered, but expects no reply";
                _replies[header.Unique] = count + 1;
            }
            return Result.Ok;
        }

        public void CheckReplies()
        {
            var wrong = _replies.FirstOrDefault(reply => reply.Value != 1 && (reply.Value != 0 || !_interrupts.Contains(reply.Key)));
            if (_problem is not null || wrong.Key != 0)
                throw new FuzzException(_problem ?? $"request {wrong.Key} is answered {wrong.Value} times");
        }

        public void Dispose()
        {
        }
    }
}
