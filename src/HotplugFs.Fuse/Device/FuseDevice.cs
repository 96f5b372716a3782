using HotplugFs.Abi;

namespace HotplugFs.Fuse.Device;

/// <summary>The kernel's end of a mount.</summary>
internal sealed partial class FuseDevice : IFuseChannel
{
    private const int OpenReadWriteCloseOnExec = 0x80002;

    private readonly FuseDeviceHandle _handle;

    internal FuseDevice(FuseDeviceHandle handle) => _handle = handle;

    /// <summary>Opens a device that is not yet tied to a mount.</summary>
    internal static Result<FuseDeviceHandle> Open(string path)
    {
        var descriptor = Interop.Open(path, OpenReadWriteCloseOnExec);
        return descriptor < 0 ? Interop.LastError : new FuseDeviceHandle(descriptor);
    }

    /// <inheritdoc/>
    public unsafe Result<int> Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            var count = Interop.Read(_handle, start, (nuint)buffer.Length);
            return count < 0 ? Interop.LastError : (int)count;
        }
    }

    /// <inheritdoc/>
    public unsafe Result Write(ReadOnlySpan<byte> message)
    {
        fixed (byte* start = message)
            return Interop.Write(_handle, start, (nuint)message.Length) < 0 ? Interop.LastError : Result.Ok;
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
