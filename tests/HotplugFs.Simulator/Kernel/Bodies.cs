using System.Runtime.InteropServices;

namespace HotplugFs.Simulator.Kernel;

/// <summary>The bodies of requests.</summary>
internal static class Bodies
{
    public static byte[] Of<T>(in T value, ReadOnlySpan<byte> rest = default) where T : unmanaged =>
        [.. MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)), .. rest];

    public static byte[] Name(string name) => Encoding.UTF8.GetBytes(name + "\0");

    /// <summary>FUSE_INIT of a kernel with all features.</summary>
    public static byte[] Init() => Of(
        new InitIn { Major = 7, Minor = 41, MaxReadAhead = 0x20000, Flags = (InitFlags)uint.MaxValue },
        Of(new InitInExtension { Flags2 = (InitFlags2)uint.MaxValue }, new byte[44]));

    public static byte[] Read(ulong handle, long offset, int size) =>
        Of(new ReadIn { Handle = handle, Offset = (ulong)offset, Size = (uint)size, ReadFlags = ReadFlags.LockOwner });

    public static byte[] Write(ulong handle, ReadOnlySpan<byte> data) => Of(new WriteIn { Handle = handle, Size = (uint)data.Length }, data);

    /// <summary>FUSE_FORGET of one node.</summary>
    public static byte[] Forget(ulong lookups) => Of(lookups);

    /// <summary>FUSE_BATCH_FORGET: a count, then the nodes with their numbers of lookups.</summary>
    public static byte[] BatchForget(IReadOnlyCollection<KeyValuePair<ulong, ulong>> nodes) =>
        Of((uint)nodes.Count, Of(0u, MemoryMarshal.AsBytes<ulong>(nodes.SelectMany(node => (ulong[])[node.Key, node.Value]).ToArray())));
}
