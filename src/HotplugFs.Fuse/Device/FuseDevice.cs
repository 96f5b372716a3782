using HotplugFs.Abi;
using HotplugFs.Linux;
using static HotplugFs.Linux.Fcntl;

namespace HotplugFs.Fuse.Device;

/// <summary>The kernel's end of a mount: an open /dev/fuse. The mount ends when its last descriptor is closed.</summary>
internal sealed partial class FuseDevice : IFuseChannel
{
    private readonly DescriptorHandle _handle;

    internal FuseDevice(DescriptorHandle handle) => _handle = handle;

    /// <summary>Opens a device that no mount uses yet.</summary>
    internal static Result<DescriptorHandle> Open(string path)
    {
        var opened = Fcntl.Open(path, O_RDWR | O_CLOEXEC);
        return opened.IsOk ? new DescriptorHandle(opened.Value) : opened.Error;
    }

    /// <inheritdoc/>
    public Result<int> Read(Span<byte> buffer) => Unistd.Read(_handle, buffer);

    /// <inheritdoc/>
    public Result Write(ReadOnlySpan<byte> message)
    {
        var written = Unistd.Write(_handle, message);
        return written.IsOk ? Result.Ok : written.Error;
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
