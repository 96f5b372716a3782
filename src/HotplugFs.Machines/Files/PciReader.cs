using HotplugFs.Machines.Toml;

namespace HotplugFs.Machines.Files;

/// <summary>Reads <c>[[pci]]</c>.</summary>
/// <param name="nodeOf">Returns the node of a section.</param>
internal sealed class PciReader(Func<Section, int> nodeOf)
{
    private readonly Dictionary<PciAddress, int> _lines = [];
    private readonly HashSet<string> _roots = [];

    public PciDefinition Read(Section section)
    {
        var text = section.Text("address") ?? throw section.Missing("address", "\"0000:3b:00.0\"");
        if (!PciAddress.TryParse(text, out var address))
            throw section.Error("address", $"\"{text}\" is no address of a PCI device; example: \"0000:3b:00.0\"");
        if (!_lines.TryAdd(address, section.Line))
            throw section.Error("address", $"duplicate PCI device {address}; the first is in line {_lines[address]}");
        if (_roots.Add(address.Root) && _roots.Count > DeviceLimits.PciRootsMax)
            throw section.Error("address", $"the devices are on more than {DeviceLimits.PciRootsMax} buses");
        return new PciDefinition(
            address, Number(section, "class", 0xFFFFFF) ?? throw section.Missing("class", "\"0x020000\""),
            Number(section, "vendor", ushort.MaxValue) ?? throw section.Missing("vendor", "\"0x8086\""),
            Number(section, "device", ushort.MaxValue) ?? throw section.Missing("device", "\"0x1572\""))
        {
            Node = section.Has("node") ? nodeOf(section) : null,
            SubsystemVendor = Number(section, "subsystem_vendor", ushort.MaxValue) ?? 0,
            SubsystemDevice = Number(section, "subsystem_device", ushort.MaxValue) ?? 0,
            Revision = Number(section, "revision", byte.MaxValue) ?? 0,
        };
    }

    private static int? Number(Section section, string key, int max)
    {
        if (section.Text(key) is not { } text)
            return null;
        return text is ['0', 'x', .. var digits] && int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            && number >= 0 && number <= max
            ? number
            : throw section.Error(key, $"{key} must be a hexadecimal number from \"0x0\" to \"0x{max:x}\", not \"{text}\"");
    }
}
