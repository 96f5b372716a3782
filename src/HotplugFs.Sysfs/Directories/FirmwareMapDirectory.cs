using HotplugFs.Sysfs.ObjectSets;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// <c>/sys/firmware/memmap</c>: the boot memory as the firmware describes it, and what was added since (docs/kernels.md, "Identity").
/// </summary>
internal sealed class FirmwareMapDirectory
{
    private readonly FirmwareMap _map;
    private readonly NamedChildren _entries;

    public FirmwareMapDirectory(Machine machine)
    {
        _map = new FirmwareMap(machine);
        _entries = Named(_map, new DirectoryType(
            Ro("end", (entry, text) => text.Append("0x"u8).AppendHex((ulong)_map[entry].Last)),
            Ro("start", (entry, text) => text.Append("0x"u8).AppendHex((ulong)_map[entry].Start)),
            Ro("type", (entry, text) => text.Append(_map[entry].Type))));
    }

    public DirectoryType Build() => new(_entries);

    /// <inheritdoc cref="FirmwareMap.Follow"/>
    public void Follow(PendingChanges changes, bool isRestored = false) => _map.Follow(changes, _entries, isRestored);
}
