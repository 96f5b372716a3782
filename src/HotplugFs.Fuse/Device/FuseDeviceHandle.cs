using Microsoft.Win32.SafeHandles;

namespace HotplugFs.Fuse.Device;

/// <summary>A file descriptor: of /dev/fuse, whose mount lives as long as one is open, or of a file that the kernel is given.</summary>
internal sealed class FuseDeviceHandle : SafeHandleMinusOneIsInvalid
{
    /// <summary>Takes a descriptor over.</summary>
    /// <param name="descriptor">The file descriptor.</param>
    internal FuseDeviceHandle(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <summary>The number to name in mount options.</summary>
    internal int Descriptor => (int)handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Interop.Close(handle) == 0;
}
