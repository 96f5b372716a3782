using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

/// <summary>struct statfs of 64-bit architectures, 120 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StatFs
{
    public long Type;
    public long BlockSize;
    public ulong Blocks;
    public ulong BlocksFree;
    public ulong BlocksAvailable;
    public ulong Files;
    public ulong FilesFree;
    public ulong Id;
    public long NameLength;
    public long FragmentSize;
    public long Flags;
    public Spare4 Spare;

    /// <summary>Zero.</summary>
    [InlineArray(4)]
    internal struct Spare4
    {
        private long _first;
    }
}
