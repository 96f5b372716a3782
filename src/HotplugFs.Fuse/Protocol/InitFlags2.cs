namespace HotplugFs.Fuse.Protocol;

/// <summary>The flags of INIT from bit 32 up, shifted down by 32.</summary>
[Flags]
internal enum InitFlags2 : uint
{
    /// <summary>FUSE_PASSTHROUGH: the kernel can read and write other files instead of asking the server.</summary>
    Passthrough = 1 << 5,
}
