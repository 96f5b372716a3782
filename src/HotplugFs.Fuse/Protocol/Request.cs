using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HotplugFs.Fuse.Protocol;

/// <summary>The bytes of one request, read in place. Valid while its handler runs.</summary>
internal readonly ref struct Request
{
    private readonly ReadOnlySpan<byte> _message;

    /// <param name="message">The bytes read from the kernel, at least a header.</param>
    internal Request(ReadOnlySpan<byte> message) => _message = message;

    /// <summary>The whole message.</summary>
    internal ReadOnlySpan<byte> Bytes => _message;

    internal static int HeaderSize => Unsafe.SizeOf<InHeader>();

    internal ref readonly InHeader Header => ref MemoryMarshal.AsRef<InHeader>(_message);

    /// <summary>The bytes after the header.</summary>
    internal ReadOnlySpan<byte> Body => _message[HeaderSize..];

    /// <summary>The body as one name, which ends with a NUL.</summary>
    internal ReadOnlySpan<byte> Name
    {
        get
        {
            var end = Body.IndexOf((byte)0);
            return end < 0 ? Body : Body[..end];
        }
    }

    /// <summary>The structure at the start of the body.</summary>
    internal ref readonly T As<T>() where T : unmanaged => ref MemoryMarshal.AsRef<T>(Body);

    /// <summary>The bytes after the structure at the start of the body.</summary>
    internal ReadOnlySpan<byte> After<T>() where T : unmanaged => Body[Unsafe.SizeOf<T>()..];
}
