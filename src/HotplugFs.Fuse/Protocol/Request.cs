using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HotplugFs.Fuse.Protocol;

/// <summary>One request as bytes, taken apart without copying; valid while its handler runs.</summary>
internal readonly ref struct Request
{
    private readonly ReadOnlySpan<byte> _message;

    internal const int HeaderSize = 40;

    /// <summary>Takes a request apart.</summary>
    /// <param name="message">The bytes as read from the kernel, at least a header.</param>
    internal Request(ReadOnlySpan<byte> message) => _message = message;

    internal ref readonly InHeader Header => ref MemoryMarshal.AsRef<InHeader>(_message);

    /// <summary>What stands behind the header.</summary>
    internal ReadOnlySpan<byte> Body => _message[HeaderSize..];

    /// <summary>The body's fixed part.</summary>
    internal ref readonly T As<T>() where T : unmanaged => ref MemoryMarshal.AsRef<T>(Body);

    /// <summary>What stands behind the body's fixed part.</summary>
    internal ReadOnlySpan<byte> After<T>() where T : unmanaged => Body[Unsafe.SizeOf<T>()..];

    /// <summary>The body as one name, which a NUL ends.</summary>
    internal ReadOnlySpan<byte> Name
    {
        get
        {
            var end = Body.IndexOf((byte)0);
            return end < 0 ? Body : Body[..end];
        }
    }
}
