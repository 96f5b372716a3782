using System.Runtime.InteropServices;

namespace HotplugFs.Abi;

/// <summary>The flags of open(2), with the numbers of x86 and arm64. Source: include/uapi/asm-generic/fcntl.h.</summary>
public static class OpenFlags
{
    /// <summary>Mask of the access mode (O_ACCMODE).</summary>
    public const uint AccessMask = 3;

    /// <summary>Reading only (O_RDONLY).</summary>
    public const uint ReadOnly = 0;

    /// <summary>Writing only (O_WRONLY).</summary>
    public const uint WriteOnly = 1;

    /// <summary>Reading and writing (O_RDWR).</summary>
    public const uint ReadWrite = 2;

    /// <summary>O_TRUNC.</summary>
    public const uint Truncate = 0x200;

    /// <summary>O_DIRECT. Its number on arm64 is that of O_DIRECTORY on x86, and vice versa.</summary>
    public static uint Direct => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x10000u : 0x4000u;

    /// <summary>True if the flags of open(2) allow reading.</summary>
    public static bool Reads(uint flags) => (flags & AccessMask) is ReadOnly or ReadWrite;

    /// <summary>True if the flags of open(2) allow writing.</summary>
    public static bool Writes(uint flags) => (flags & AccessMask) is WriteOnly or ReadWrite;
}
