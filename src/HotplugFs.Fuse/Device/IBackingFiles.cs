namespace HotplugFs.Fuse.Device;

/// <summary>A channel whose kernel can read files instead of asking the server (FUSE passthrough, Linux 6.9 and newer).</summary>
internal interface IBackingFiles
{
    /// <summary>Registers a file with a text that never changes.</summary>
    /// <returns>The kernel's number of the file, greater than 0; EPERM without CAP_SYS_ADMIN, EOPNOTSUPP or ENOTTY if the kernel has no
    /// passthrough.</returns>
    Result<int> Open(ReadOnlySpan<byte> text);

    /// <summary>Removes a registered file. Open files keep it.</summary>
    void Close(int backingId);
}
