using System.Runtime.InteropServices;
using HotplugFs.Abi;

namespace HotplugFs.Linux;

/// <summary>fcntl.h: opening files, and the properties of descriptors.</summary>
public static partial class Fcntl
{
    /// <summary>Open for reading and writing.</summary>
    public const int O_RDWR = 2;
    /// <summary>Close the descriptor on execve(2).</summary>
    public const int O_CLOEXEC = 0x80000;

    /// <summary>No seal can be added any more.</summary>
    public const int F_SEAL_SEAL = 1;
    /// <summary>The file cannot shrink.</summary>
    public const int F_SEAL_SHRINK = 2;
    /// <summary>The file cannot grow.</summary>
    public const int F_SEAL_GROW = 4;
    /// <summary>The file cannot be written.</summary>
    public const int F_SEAL_WRITE = 8;

    private const int F_ADD_SEALS = 1033;

    /// <summary>Opens a file (open(2)).</summary>
    /// <param name="mode">The permissions of a file that O_CREAT creates.</param>
    /// <returns>The descriptor.</returns>
    public static Result<int> Open(string path, int flags, uint mode = 0) => Libc.Value(open(path, flags, mode));

    /// <summary>Restricts what can be done with a file of memfd_create(2) (F_ADD_SEALS in fcntl(2)).</summary>
    /// <param name="seals">F_SEAL_* flags.</param>
    public static Result AddSeals(DescriptorHandle file, int seals) => Libc.Check(fcntl(file, F_ADD_SEALS, seals));

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string pathname, int flags, uint mode);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int fcntl(DescriptorHandle fd, int cmd, int arg);
}
