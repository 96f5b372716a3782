namespace HotplugFs.Machines;

/// <summary>How many devices a machine can have. The kernel has no such limits.</summary>
internal static class DeviceLimits
{
    /// <summary>The most regions of the dax bus, each of which has directories of its own in the tree.</summary>
    public const int DaxRegionsMax = 4;

    /// <summary>The most buses with PCI devices, each of which has a directory of its own in the tree.</summary>
    public const int PciRootsMax = 16;

    /// <summary>The most PCI devices.</summary>
    public const int PciDevicesMax = 1 << 10;
}
