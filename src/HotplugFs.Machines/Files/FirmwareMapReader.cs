using HotplugFs.Machines.Toml;

namespace HotplugFs.Machines.Files;

/// <summary>Reads the map that the firmware gives the kernel.</summary>
internal static class FirmwareMapReader
{
    /// <summary>Returns the entries in their order; null if the file has none, so that they follow from the memory.</summary>
    /// <exception cref="MachineFileException">An entry is no range of addresses, or the architecture has no such map.</exception>
    public static FirmwareRange[]? Read(Architecture architecture, IEnumerable<Section> sections)
    {
        FirmwareRange[] map = [.. sections.Select(section => Entry(architecture, section))];
        return map.Length > 0 ? map : null;
    }

    private static FirmwareRange Entry(Architecture architecture, Section section)
    {
        if (!architecture.HasFirmwareMap)
            throw section.Error("start", $"{architecture.Name} has no map of the firmware's in sysfs; leave [[memmap]] out");
        var start = section.Bytes("start") ?? throw section.Missing("start", "\"0x100000\"");
        var end = section.Bytes("end") ?? throw section.Missing("end", "\"0x3fffffff\"");
        if (end < start)
            throw section.Error("end", $"end 0x{end:x} is below start 0x{start:x}; end is the last address");
        var type = section.Text("type") ?? FirmwareRange.Ram;
        return FirmwareRange.IsType(type)
            ? new FirmwareRange(start, end, type)
            : throw section.Error("type", "type must have 1 to 64 printable characters without \" and \\; example: \"Reserved\"");
    }
}
