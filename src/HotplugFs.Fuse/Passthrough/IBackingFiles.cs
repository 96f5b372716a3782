using HotplugFs.Abi;

namespace HotplugFs.Fuse;

/// <summary>A channel whose kernel can read files in a server's place (FUSE passthrough, Linux 6.9 and newer).</summary>
internal interface IBackingFiles
{
    /// <summary>Gives the kernel a file with a text that never changes.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The kernel's number of it, greater than 0; EPERM without CAP_SYS_ADMIN, EOPNOTSUPP or ENOTTY where the kernel has no
    /// passthrough.</returns>
    Result<int> Open(ReadOnlySpan<byte> text);

    /// <summary>Takes a file back; who has it open keeps it.</summary>
    /// <param name="backing">The kernel's number of it.</param>
    void Close(int backing);
}
