using HotplugFs.Abi;

namespace HotplugFs.Fuse.Device;

// Files that the kernel reads in the server's place.
internal sealed partial class FuseDevice : IBackingFiles
{
    // _IOW(229, 1, struct fuse_backing_map) and _IOW(229, 2, uint32_t).
    private const nuint BackingOpen = 0x4010_E501;
    private const nuint BackingClose = 0x4004_E502;

    private const uint CloseOnExecAndSealable = 3;
    private const int AddSeals = 1033;
    private const int AllSeals = 15;

    /// <inheritdoc/>
    /// <remarks>The kernel keeps the file; its descriptor is closed again.</remarks>
    Result<int> IBackingFiles.Open(ReadOnlySpan<byte> text)
    {
        var descriptor = Interop.MemfdCreate("hotplugfs", CloseOnExecAndSealable);
        if (descriptor < 0)
            return Interop.LastError;
        using var file = new FuseDeviceHandle(descriptor);
        return Fill(file, text) ? Register(file) : Interop.LastError;
    }

    /// <inheritdoc/>
    unsafe void IBackingFiles.Close(int backing)
    {
        // A number that the kernel does not know is a mistake of ours; nothing is lost by it.
        _ = Interop.Ioctl(_handle, BackingClose, &backing);
    }

    private static unsafe bool Fill(FuseDeviceHandle file, ReadOnlySpan<byte> text)
    {
        fixed (byte* start = text)
            return (text.IsEmpty || Interop.Write(file, start, (nuint)text.Length) == text.Length) && Interop.Fcntl(file, AddSeals, AllSeals) == 0;
    }

    private unsafe Result<int> Register(FuseDeviceHandle file)
    {
        var map = new BackingMap { Descriptor = file.Descriptor };
        var backing = Interop.Ioctl(_handle, BackingOpen, &map);
        return backing > 0 ? backing : Interop.LastError;
    }
}
