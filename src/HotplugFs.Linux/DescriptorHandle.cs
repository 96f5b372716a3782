using Microsoft.Win32.SafeHandles;

namespace HotplugFs.Linux;

/// <summary>Owns a file descriptor. A call that uses it delays its closing, so that the number cannot be reused meanwhile.</summary>
public sealed class DescriptorHandle : SafeHandleMinusOneIsInvalid
{
    /// <summary>Takes ownership of an open descriptor.</summary>
    public DescriptorHandle(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <summary>The descriptor's number, for use in texts such as mount options.</summary>
    public int Descriptor => (int)handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Unistd.Close((int)handle).IsOk;
}
