using System.Runtime.InteropServices;
using HotplugFs.Abi;

namespace HotplugFs.Linux;

/// <summary>sys/mman.h: memory and files in memory.</summary>
public static partial class SysMman
{
    /// <summary>Close the descriptor on execve(2).</summary>
    public const uint MFD_CLOEXEC = 1;
    /// <summary>Permit <see cref="Fcntl.AddSeals"/>.</summary>
    public const uint MFD_ALLOW_SEALING = 2;

    /// <summary>Creates an empty file in memory (memfd_create(2)).</summary>
    /// <param name="name">A name that only /proc/PID/fd shows.</param>
    /// <param name="flags">MFD_* flags.</param>
    public static Result<DescriptorHandle> MemfdCreate(string name, uint flags)
    {
        var descriptor = memfd_create(name, flags);
        return descriptor < 0 ? Libc.LastError : new DescriptorHandle(descriptor);
    }

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);
}
