using HotplugFs.Linux;
using static HotplugFs.Linux.Fcntl;

namespace HotplugFs.Fuse.Device;

/// <summary>An open /dev/fuse. Its mount ends when the last descriptor is closed.</summary>
internal sealed partial class FuseDevice : IFuseChannel
{
    private readonly DescriptorHandle _handle;

    internal FuseDevice(DescriptorHandle handle) => _handle = handle;

    /// <summary>Opens a device that no mount uses yet.</summary>
    internal static Result<DescriptorHandle> Open(string path) =>
        Fcntl.Open(path, O_RDWR | O_CLOEXEC).TryGet(out var descriptor, out var error) ? new DescriptorHandle(descriptor) : error;

    /// <inheritdoc/>
    public bool WaitForRequest(TimeSpan time)
    {
        var entry = new PollFd { Descriptor = _handle.Descriptor, Events = Poll.POLLIN };
        var ready = Poll.Wait(ref entry, (int)Math.Min(Math.Ceiling(time.TotalMilliseconds), int.MaxValue));
        // The read that follows reports any other failure.
        return ready.TryGet(out var count, out var error) ? count > 0 : error != Errno.EINTR;
    }

    /// <inheritdoc/>
    public Result<int> Read(Span<byte> buffer) => Unistd.Read(_handle, buffer);

    /// <inheritdoc/>
    public Result Write(ReadOnlySpan<byte> message) => Unistd.Write(_handle, message).TryGet(out _, out var error) ? Result.Ok : error;

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
