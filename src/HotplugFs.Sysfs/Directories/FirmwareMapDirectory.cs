using HotplugFs.Sysfs.ObjectSets;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary><c>/sys/firmware/memmap</c>: the boot memory as the firmware describes it (docs/kernels.md, "Identity").</summary>
internal sealed class FirmwareMapDirectory(Machine machine)
{
    private readonly FirmwareMap _map = new(machine);

    public DirectoryType Build() => new(Named(_map, new DirectoryType(
        Ro("end", (entry, text) => text.Append("0x"u8).AppendHex((ulong)_map.Entries[entry].Last)),
        Ro("start", (entry, text) => text.Append("0x"u8).AppendHex((ulong)_map.Entries[entry].Start)),
        Ro("type", (entry, text) => text.Append(_map.Entries[entry].Type)))));
}
