using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HotplugFs.Abi;

namespace HotplugFs.Fuse.Protocol;

/// <summary>
/// A message to the kernel being made, header first, in a buffer that is used again and again. The one place where an error
/// number becomes negative.
/// </summary>
internal sealed class Message
{
    internal const int HeaderSize = 16;

    private readonly byte[] _bytes;
    private int _length = HeaderSize;

    /// <param name="capacity">Most bytes of a payload.</param>
    internal Message(int capacity) => _bytes = new byte[HeaderSize + capacity];

    /// <summary>The kernel refuses replies with a greater error number, and whoever waits for them would wait for ever.</summary>
    internal const Errno LargestError = (Errno)511;

    /// <summary>The whole message.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Room behind what was added so far.</summary>
    internal Span<byte> Room => _bytes.AsSpan(_length);

    /// <summary>Bytes added behind the header so far.</summary>
    internal int PayloadLength => _length - HeaderSize;

    internal void Clear() => _length = HeaderSize;

    /// <summary>Counts bytes that were put in <see cref="Room"/>.</summary>
    internal void Advance(int count) => _length += count;

    internal void Add<T>(in T value) where T : unmanaged
    {
        MemoryMarshal.Write(Room, in value);
        _length += Unsafe.SizeOf<T>();
    }

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room);
        _length += bytes.Length;
    }

    /// <summary>Ends a reply that carries what was added.</summary>
    internal void EndReply(ulong unique) => WriteHeader(unique, 0);

    /// <summary>Ends a reply that carries an error and nothing else; one that the kernel does not take from a server becomes EIO.</summary>
    internal void EndError(ulong unique, Errno error)
    {
        Clear();
        WriteHeader(unique, -(int)(error <= LargestError ? error : Errno.EIO));
    }

    /// <summary>Ends a message that answers no request.</summary>
    internal void EndNotification(NotifyCode code) => WriteHeader(0, (int)code);

    private void WriteHeader(ulong unique, int error)
    {
        var header = new OutHeader { Length = (uint)_length, Error = error, Unique = unique };
        MemoryMarshal.Write(_bytes, in header);
    }
}
