using System.Buffers.Binary;
using HotplugFs.Fuse.Device;
using HotplugFs.Fuse.Protocol;

namespace HotplugFs.Fuse.Tests.Session;

/// <summary>A channel without a kernel: reads return requests that were added before, and written messages are collected.</summary>
internal sealed class ByteChannel : IFuseChannel
{
    private readonly Queue<byte[]> _requests = [];
    private ulong _unique;

    public List<byte[]> Messages { get; } = [];

    /// <summary>The errors of the reads before the first request.</summary>
    public Queue<Errno> ReadErrors { get; } = [];

    /// <summary>The error of the read after the last request.</summary>
    public Errno End { get; set; } = Errno.ENODEV;

    /// <summary>Returns the result of writing a message.</summary>
    public Func<byte[], Result> OnWrite { get; set; } = _ => Result.Ok;

    /// <summary>Returns true if a request arrives before a time has passed.</summary>
    public Func<TimeSpan, bool> OnWait { get; set; } = _ => true;

    /// <summary>Adds a request and returns its unique number.</summary>
    public ulong Add(Opcode opcode, ulong node, params ReadOnlySpan<byte> body)
    {
        var request = new byte[Request.HeaderSize + body.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(request, (uint)request.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(request.AsSpan(4), (uint)opcode);
        BinaryPrimitives.WriteUInt64LittleEndian(request.AsSpan(8), ++_unique);
        BinaryPrimitives.WriteUInt64LittleEndian(request.AsSpan(16), node);
        body.CopyTo(request.AsSpan(Request.HeaderSize));
        _requests.Enqueue(request);
        return _unique;
    }

    public void AddRaw(byte[] request) => _requests.Enqueue(request);

    /// <summary>Returns the only reply to a request.</summary>
    public byte[] ReplyTo(ulong unique) => Messages.Single(message => UniqueOf(message) == unique);

    public static ulong UniqueOf(byte[] message) => BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(8));

    public static int ErrorOf(byte[] message) => BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(4));

    public bool WaitForRequest(TimeSpan time) => OnWait(time);

    public Result<int> Read(Span<byte> buffer)
    {
        if (ReadErrors.TryDequeue(out var error))
            return error;
        if (!_requests.TryDequeue(out var request))
            return End;
        request.CopyTo(buffer);
        return request.Length;
    }

    public Result Write(ReadOnlySpan<byte> message)
    {
        var copy = message.ToArray();
        lock (Messages)
            Messages.Add(copy);
        return OnWrite(copy);
    }

    public void Dispose()
    {
    }
}
