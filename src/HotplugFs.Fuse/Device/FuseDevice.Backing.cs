using HotplugFs.Linux;
using static HotplugFs.Linux.Fcntl;
using static HotplugFs.Linux.SysMman;

namespace HotplugFs.Fuse.Device;

internal sealed partial class FuseDevice : IBackingFiles
{
    /// <inheritdoc/>
    /// <remarks>The kernel keeps the file, so its descriptor is closed.</remarks>
    Result<int> IBackingFiles.Open(ReadOnlySpan<byte> text)
    {
        if (!MemfdCreate("hotplugfs", MFD_CLOEXEC | MFD_ALLOW_SEALING).TryGet(out var file, out var error))
            return error;
        using (file)
            return Fill(file, text).Failed(out error) ? error : LinuxFuse.BackingOpen(_handle, file);
    }

    /// <inheritdoc/>
    /// <remarks>Fails only for an unknown number, which has no consequences.</remarks>
    void IBackingFiles.Close(int backingId) => _ = LinuxFuse.BackingClose(_handle, backingId);

    private static Result Fill(DescriptorHandle file, ReadOnlySpan<byte> text)
    {
        if (!Unistd.Write(file, text).TryGet(out var written, out var error))
            return error;
        return written == text.Length ? AddSeals(file, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) : Errno.ENOSPC;
    }
}
