using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HotplugFs.Fuse.Protocol;

/// <summary>
/// Builds messages to the kernel in a buffer that is reused: a header, then the payload. The only place that negates error numbers.
/// </summary>
internal sealed class Message
{
    private readonly byte[] _bytes;
    private int _length = HeaderSize;

    /// <param name="capacity">The maximum size of a payload in bytes.</param>
    internal Message(int capacity) => _bytes = new byte[HeaderSize + capacity];

    internal static int HeaderSize => Unsafe.SizeOf<OutHeader>();

    /// <summary>The whole message.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Starts another message without a payload.</summary>
    internal void Clear() => _length = HeaderSize;

    /// <summary>The free part of the buffer; <see cref="Advance"/> adds what was written to it.</summary>
    internal Span<byte> GetSpan() => _bytes.AsSpan(_length);

    /// <summary>Adds bytes written to the span of <see cref="GetSpan"/>.</summary>
    internal void Advance(int count) => _length += count;

    internal void Add<T>(in T value) where T : unmanaged
    {
        MemoryMarshal.Write(GetSpan(), in value);
        _length += Unsafe.SizeOf<T>();
    }

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan());
        _length += bytes.Length;
    }

    /// <summary>Completes a successful reply with the payload added so far.</summary>
    internal void EndReply(ulong unique) => WriteHeader(_bytes, _length, unique, error: 0);

    /// <summary>Completes a reply that consists of an error number.</summary>
    internal void EndError(ulong unique, Errno error)
    {
        Clear();
        WriteError(_bytes, unique, error);
    }

    /// <summary>Completes a notification with the payload added so far.</summary>
    internal void EndNotification(NotifyCode code) => WriteHeader(_bytes, _length, unique: 0, (int)code);

    /// <summary>Writes a reply that consists of an error number; EIO replaces a number that the kernel would reject.</summary>
    internal static void WriteError(Span<byte> destination, ulong unique, Errno error) =>
        WriteHeader(destination, HeaderSize, unique, -(int)(error <= ProtocolConstants.ErrnoMax ? error : Errno.EIO));

    private static void WriteHeader(Span<byte> destination, int length, ulong unique, int error) =>
        MemoryMarshal.Write(destination, new OutHeader { Length = (uint)length, Error = error, Unique = unique });
}
