using HotplugFs.Abi;
using HotplugFs.Linux;
using static HotplugFs.Linux.Fcntl;
using static HotplugFs.Linux.SysMman;

namespace HotplugFs.Fuse.Device;

internal sealed partial class FuseDevice : IBackingFiles
{
    /// <inheritdoc/>
    /// <remarks>The kernel keeps the file, so its descriptor is closed again.</remarks>
    Result<int> IBackingFiles.Open(ReadOnlySpan<byte> text)
    {
        var created = MemfdCreate("hotplugfs", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        if (!created.IsOk)
            return created.Error;
        using var file = created.Value;
        var filled = Fill(file, text);
        return filled.IsOk ? LinuxFuse.BackingOpen(_handle, file) : filled.Error;
    }

    /// <inheritdoc/>
    /// <remarks>Only an unknown number can fail, which loses nothing.</remarks>
    void IBackingFiles.Close(int backing) => _ = LinuxFuse.BackingClose(_handle, backing);

    private static Result Fill(DescriptorHandle file, ReadOnlySpan<byte> text)
    {
        var written = Unistd.Write(file, text);
        if (!written.IsOk)
            return written.Error;
        return written.Value == text.Length ? AddSeals(file, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) : Errno.ENOSPC;
    }
}
