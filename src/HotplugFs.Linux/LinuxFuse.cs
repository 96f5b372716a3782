namespace HotplugFs.Linux;

/// <summary>linux/fuse.h: the ioctls of /dev/fuse. The messages are in HotplugFs.Fuse.</summary>
public static partial class LinuxFuse
{
    // _IOW(229, 1, struct fuse_backing_map) and _IOW(229, 2, uint32_t).
    private const nuint FUSE_DEV_IOC_BACKING_OPEN = 0x4010_E501;
    private const nuint FUSE_DEV_IOC_BACKING_CLOSE = 0x4004_E502;

    /// <summary>Registers a file that the kernel reads instead of asking the server; the descriptor may be closed afterwards.</summary>
    /// <returns>
    /// The kernel's number of the file, greater than 0; EPERM without CAP_SYS_ADMIN, EOPNOTSUPP or ENOTTY if the kernel has no passthrough.
    /// </returns>
    public static Result<int> BackingOpen(DescriptorHandle device, DescriptorHandle file)
    {
        var map = new FuseBackingMap { Fd = file.Descriptor };
        return Libc.Value(ioctl(device, FUSE_DEV_IOC_BACKING_OPEN, ref map));
    }

    /// <summary>Removes a file that <see cref="BackingOpen"/> registered. Open files keep it.</summary>
    /// <returns>ENOENT if the kernel does not know the number.</returns>
    public static Result BackingClose(DescriptorHandle device, int backing) =>
        Libc.Check(ioctl(device, FUSE_DEV_IOC_BACKING_CLOSE, ref backing));

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int ioctl(DescriptorHandle fd, nuint request, ref FuseBackingMap argp);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int ioctl(DescriptorHandle fd, nuint request, ref int argp);
}
