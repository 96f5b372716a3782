using System.Buffers.Binary;
using HotplugFs.Fuse.Protocol;

namespace HotplugFs.Fuse.Tests.Session;

/// <summary>The bodies of requests as bytes.</summary>
internal static class Bodies
{
    public static byte[] Name(string name) => Encoding.UTF8.GetBytes(name + "\0");

    public static byte[] Init(uint major = 7, uint minor = 45, uint flags = uint.MaxValue)
    {
        var body = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(body, major);
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(4), minor);
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(8), 0x20000);
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(12), flags);
        return body;
    }

    public static byte[] Open(uint flags)
    {
        var body = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(body, flags);
        return body;
    }

    /// <param name="forPageCache">True for a read into the page cache, as sendfile(2) makes it.</param>
    public static byte[] Read(ulong handle, ulong offset, uint size, bool forPageCache = false)
    {
        var body = new byte[40];
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(20), forPageCache ? 0 : (uint)ReadFlags.LockOwner);
        BinaryPrimitives.WriteUInt64LittleEndian(body, handle);
        BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(8), offset);
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(16), size);
        return body;
    }

    public static byte[] Write(ulong handle, string data) =>
        [.. Read(handle, 0, (uint)Encoding.UTF8.GetByteCount(data)), .. Encoding.UTF8.GetBytes(data)];

    public static byte[] Release(ulong handle)
    {
        var body = new byte[24];
        BinaryPrimitives.WriteUInt64LittleEndian(body, handle);
        return body;
    }

    public static byte[] Poll(ulong handle, ulong kernelHandle, uint flags)
    {
        var body = new byte[24];
        BinaryPrimitives.WriteUInt64LittleEndian(body, handle);
        BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(8), kernelHandle);
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(16), flags);
        return body;
    }
}
