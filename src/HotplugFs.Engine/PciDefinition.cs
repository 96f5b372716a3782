namespace HotplugFs.Engine;

/// <summary>A PCI device of the machine, which does nothing: programs look at where it is.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Class">The class with its subclass and interface: 0x020000 for an Ethernet controller.</param>
/// <param name="Vendor">The number of the vendor.</param>
/// <param name="Device">The vendor's number of the device.</param>
public sealed record PciDefinition(PciAddress Address, int Class, int Vendor, int Device)
{
    /// <summary>The node that the firmware states; null for none, which reads as -1.</summary>
    public int? Node { get; init; }

    /// <summary>The vendor of the board.</summary>
    public int SubsystemVendor { get; init; }

    /// <summary>The number of the board.</summary>
    public int SubsystemDevice { get; init; }

    /// <summary>The revision, 0 to 255.</summary>
    public int Revision { get; init; }
}
