using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

/// <summary>struct statx, 256 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StatX
{
    /// <summary>What stat(2) asks for (STATX_BASIC_STATS).</summary>
    public const uint BasicStats = 0x7ff;

    /// <summary>Do not follow a link at the end (AT_SYMLINK_NOFOLLOW).</summary>
    public const int NoFollow = 0x100;

    /// <summary>The path is empty, the descriptor itself is meant (AT_EMPTY_PATH).</summary>
    public const int EmptyPath = 0x1000;

    public uint Mask;
    public uint BlockSize;
    public ulong Attributes;
    public uint LinkCount;
    public uint Uid;
    public uint Gid;
    public ushort Mode;
    public ushort Spare0;
    public ulong Inode;
    public ulong Size;
    public ulong Blocks;
    public ulong AttributesMask;
    public StatXTime AccessTime;
    public StatXTime BirthTime;
    public StatXTime ChangeTime;
    public StatXTime ModifyTime;
    public Rest Others;

    /// <summary>struct statx_timestamp.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct StatXTime
    {
        public long Seconds;
        public uint Nanoseconds;
        public int Reserved;
    }

    /// <summary>Device numbers, and what later kernels add.</summary>
    [InlineArray(16)]
    internal struct Rest
    {
        private ulong _first;
    }
}
