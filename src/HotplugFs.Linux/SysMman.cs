namespace HotplugFs.Linux;

/// <summary>sys/mman.h: memory and files in memory.</summary>
public static partial class SysMman
{
    /// <summary>Close the descriptor on execve(2).</summary>
    public const uint MFD_CLOEXEC = 1;
    /// <summary>Permit <see cref="Fcntl.AddSeals"/>.</summary>
    public const uint MFD_ALLOW_SEALING = 2;

    /// <summary>Free the pages; the next access reads them from their file again.</summary>
    public const int MADV_DONTNEED = 4;

    /// <summary>Creates an empty file in memory (memfd_create(2)).</summary>
    /// <param name="name">A name that only /proc/PID/fd shows.</param>
    /// <param name="flags">MFD_* flags.</param>
    public static Result<DescriptorHandle> MemfdCreate(string name, uint flags)
    {
        var descriptor = memfd_create(name, flags);
        return descriptor < 0 ? Libc.LastError : new DescriptorHandle(descriptor);
    }

    /// <summary>Maps the start of a file and removes the mapping again (mmap(2), munmap(2)).</summary>
    /// <param name="protection">The sum of 1 to read, 2 to write and 4 to execute.</param>
    /// <param name="flags">1 for a shared mapping, 2 for a private one.</param>
    public static Result TryMap(int descriptor, nuint length, int protection, int flags)
    {
        var address = mmap(0, length, protection, flags, descriptor, 0);
        return address == -1 ? Libc.LastError : Libc.Check(munmap(address, length));
    }

    /// <summary>Advises the kernel how a range of memory will be used (madvise(2)).</summary>
    /// <param name="address">The start of a page.</param>
    /// <param name="advice">MADV_*.</param>
    public static Result MAdvise(nuint address, nuint length, int advice) => Libc.Check(madvise(address, length, advice));

    [LibraryImport(Libc.Name, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial nint mmap(nint addr, nuint length, int prot, int flags, int fd, long offset);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int munmap(nint addr, nuint length);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int madvise(nuint addr, nuint length, int advice);
}
