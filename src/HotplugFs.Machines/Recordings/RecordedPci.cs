using System.Text.Json.Serialization;

namespace HotplugFs.Machines.Recordings;

/// <summary>A PCI device, by the files of its directory.</summary>
public sealed class RecordedPci
{
    /// <summary>The address, such as <c>0000:3b:00.0</c>.</summary>
    [JsonRequired] public string Address { get; set; } = "";

    /// <summary>The class with its subclass and interface, 0 to 0xFFFFFF.</summary>
    [JsonRequired] public int Class { get; set; }

    /// <summary>The number of the vendor, 0 to 65535.</summary>
    [JsonRequired] public int Vendor { get; set; }

    /// <summary>The vendor's number of the device, 0 to 65535.</summary>
    [JsonRequired] public int Device { get; set; }

    /// <summary>The vendor of the board, 0 to 65535.</summary>
    public int SubsystemVendor { get; set; }

    /// <summary>The number of the board, 0 to 65535.</summary>
    public int SubsystemDevice { get; set; }

    /// <summary>The revision, 0 to 255.</summary>
    public int Revision { get; set; }

    /// <summary>The node of the device; null for none, where the file reads -1.</summary>
    public int? NumaNode { get; set; }

    internal static RecordedPci Of(PciDefinition device) => new()
    {
        Address = device.Address.ToString(),
        Class = device.Class,
        Vendor = device.Vendor,
        Device = device.Device,
        SubsystemVendor = device.SubsystemVendor,
        SubsystemDevice = device.SubsystemDevice,
        Revision = device.Revision,
        NumaNode = device.Node,
    };

    /// <exception cref="FormatException">A number is out of its range, or the address is none.</exception>
    internal PciDefinition ToDefinition()
    {
        if (!PciAddress.TryParse(Address, out var address))
            throw new FormatException($"\"{Address}\" is no address of a PCI device (example: 0000:3b:00.0)");
        void Check(string file, int number, int max) => RecordingRanges.Check($"{file} of PCI device {Address}", number, 0, max);
        Check("class", Class, 0xFFFFFF);
        Check("vendor", Vendor, ushort.MaxValue);
        Check("device", Device, ushort.MaxValue);
        Check("subsystem_vendor", SubsystemVendor, ushort.MaxValue);
        Check("subsystem_device", SubsystemDevice, ushort.MaxValue);
        Check("revision", Revision, byte.MaxValue);
        return new PciDefinition(address, Class, Vendor, Device)
        {
            Node = NumaNode,
            SubsystemVendor = SubsystemVendor,
            SubsystemDevice = SubsystemDevice,
            Revision = Revision,
        };
    }
}
