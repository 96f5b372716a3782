using HotplugFs.Engine.Policies;
using HotplugFs.Machines.Recordings;

namespace HotplugFs.Machines.Dumps;

/// <summary>Reads the dax devices of a dump, as far as a machine file can hold them (docs/kernels.md, "Dax devices").</summary>
internal sealed class DaxDump
{
    private const string Bus = "dax";
    private const string Platform = "sys/devices/platform";

    private readonly IDump _dump;
    private readonly Losses _losses;
    private readonly MachineDefinition _machine;

    private DaxDump(IDump dump, Losses losses, MachineDefinition machine) => (_dump, _losses, _machine) = (dump, losses, machine);

    /// <summary>Returns the nodes to which the memory of devices is added, which may have no directory yet.</summary>
    public static IEnumerable<int> TargetNodes(IDump dump) => DumpBus.Find(dump, Bus, Below(dump), new Losses())
        .Select(device => (int?)DumpBus.Number(dump, $"{device.Directory}/target_node", NodeDefinition.MaxNumber)).OfType<int>().Distinct();

    /// <summary>Returns the machine with its dax regions and the blocks that belong to them.</summary>
    public static MachineDefinition Complete(MachineDefinition machine, IDump dump, KernelRules rules, Losses losses)
    {
        var devices = DumpBus.Find(dump, Bus, Below(dump), losses).ToArray();
        if (devices.Length > 0 && !rules.HasDax)
        {
            losses.Add(devices[0].Name, $"kernel {rules.Name} has no dax bus; its devices are left out");
            return machine;
        }
        return new DaxDump(dump, losses, machine).Complete(devices);
    }

    private MachineDefinition Complete((string Name, string Directory)[] devices)
    {
        var regions = new List<DaxDefinition>();
        foreach (var region in devices.Where(device => NumbersOf(device.Name) is not null)
            .GroupBy(device => DumpBus.ParentOf(device.Directory)).OrderBy(region => NumbersOf(region.First().Name)!.Value.Region))
        {
            if (regions.Count == DeviceLimits.DaxRegionsMax)
                _losses.Add($"the region of {region.First().Name}",
                    $"a machine file has at most {DeviceLimits.DaxRegionsMax} dax regions; it is left out");
            else if (Region(region.Key, [.. region], regions.Count) is { } definition)
                regions.Add(definition);
        }
        return HotAddedBlocks.WithDax(_machine, regions);
    }

    private DaxDefinition? Region(string parent, (string Name, string Directory)[] devices, int number)
    {
        var (region, place) = (NumbersOf(devices[0].Name)!.Value.Region, DumpBus.NameOf(parent));
        DaxDefinition? Lost(string why)
        {
            _losses.Add($"the region of {devices[0].Name}", $"{why}; it is left out");
            return null;
        }

        if (DumpBus.Number(_dump, $"{devices[0].Directory}/target_node", NodeDefinition.MaxNumber) is not { } node
            || !_machine.Nodes.Any(known => known.Number == node))
            return Lost("its target_node is no node of the machine");
        var read = devices.Select(device => Device(device.Name, device.Directory)).ToArray();
        var size = DumpBus.Number(_dump, $"{parent}/dax_region/size", PhysicalMemory.AddressSpaceEnd) ?? read.Sum(device => device.SizeBytes);
        if (size <= 0 || size % DaxRegion.Align != 0 || read.Sum(device => device.SizeBytes) > size)
            return Lost("its size and those of its devices cannot be");
        if (read.Any(device => device.Ranges.Count > 0 && device.Ranges.Sum(range => range.Size) != device.SizeBytes))
            return Lost("the ranges of its devices are not of their sizes");
        if (region != number)
            _losses.Add($"the region of {devices[0].Name}", "a machine file numbers its regions from 0 on; it gets another number");
        else if (place != $"hmem.{number}")
            _losses.Add($"the region of {devices[0].Name}", $"it is not one of {Platform}/hmem.N; it is in the machine");
        var definition = new DaxDefinition((int)node, size, null)
        {
            NearestNode = DumpBus.Number(_dump, $"{devices[0].Directory}/numa_node", NodeDefinition.MaxNumber) is { } nearest
                && _machine.Nodes.Any(known => known.Number == nearest) ? (int)nearest : null,
        };
        return AreKnown(read) ? Placed(definition, read, Lost) : Unplaced(definition, read, Lost);
    }

    /// <summary>A region whose addresses root has read.</summary>
    private DaxDefinition? Placed(DaxDefinition region, DumpedDax[] devices, Func<string, DaxDefinition?> lost)
    {
        if (devices.Any(device => device.Ranges.Count > DaxRegion.RangesMax))
            return lost($"a device in a machine file has at most {DaxRegion.RangesMax} ranges");
        var ranges = devices.SelectMany(device => device.Ranges).OrderBy(range => range.Start).ToArray();
        var start = StartOf(region.SizeBytes, devices, ranges);
        if (start % DaxRegion.Align != 0 || start > PhysicalMemory.AddressEndOf(_machine.BlockSizeBytes) - region.SizeBytes
            || ranges.Any(range => range.Start < start || range.End > start + region.SizeBytes)
            || ranges.Zip(ranges.Skip(1)).Any(pair => pair.First.End > pair.Second.Start))
            return lost("the ranges of its devices are not in a region of its size");
        return region with { Address = start, Devices = [.. devices.Select(device => device.Definition)] };
    }

    /// <summary>A region whose addresses were not read: it can be anywhere, unless its memory is in use.</summary>
    private DaxDefinition? Unplaced(DaxDefinition region, DumpedDax[] devices, Func<string, DaxDefinition?> lost)
    {
        if (devices.Length > 1 || devices[0].SizeBytes != region.SizeBytes || devices[0].Definition.Driver == DaxDriver.Kmem)
            return lost("its addresses are missing, which only root can read");
        _losses.Add($"the region of {devices[0].Name}", "its addresses are missing, which only root can read; it is after all other memory");
        return region with { Driver = devices[0].Definition.Driver };
    }

    /// <summary>
    /// Returns where a region begins. A device without memory has its address; the firmware's map may have it; else it begins with the first device.
    /// </summary>
    private long StartOf(long size, DumpedDax[] devices, AddressRange[] ranges)
    {
        if (devices.FirstOrDefault(device => device.SizeBytes == 0)?.Address is { } empty)
            return empty;
        var first = ranges[0].Start;
        if (devices.Sum(device => device.SizeBytes) == size)
            return first;
        foreach (var range in _machine.FirmwareMap ?? [])
            if (range.Start <= first && range.Last >= first && range.Last - range.Start == size - 1)
                return range.Start;
        _losses.Add($"the region of {devices[0].Name}", "some of its memory belongs to no device; it is taken to be after that of the devices");
        return first;
    }

    private DumpedDax Device(string name, string directory)
    {
        var size = DumpBus.Number(_dump, $"{directory}/size", PhysicalMemory.AddressSpaceEnd) ?? 0;
        var ranges = new List<AddressRange>();
        for (var i = 0; Address($"{directory}/mapping{i}/start") is { } first; i++)
        {
            if (Address($"{directory}/mapping{i}/end") is not { } last || last < first)
                break;
            ranges.Add(new AddressRange(first, last - first + 1));
        }
        var address = Address($"{directory}/resource");
        // Up to 5.9 a device has one range without a directory.
        if (ranges.Count == 0 && size > 0 && address is { } only)
            ranges.Add(new AddressRange(only, size));
        var definition = new DaxDeviceDefinition(NumbersOf(name)!.Value.Device, Driver(name, directory), Align(name, directory), ranges)
        {
            HoldsItsMemmap = _dump.Read($"{directory}/memmap_on_memory") == "1",
            MemoryState = State(name, directory),
        };
        return new DumpedDax(name, size, address, definition);
    }

    private DaxDriver Driver(string name, string directory)
    {
        if (_dump.ReadLink($"{directory}/driver") is not { } link)
            return DaxDriver.None;
        foreach (var driver in DaxDrivers.All)
            if (driver.Word() == DumpBus.NameOf(link))
                return driver;
        _losses.Add(name, "its driver is none that a machine file has; it has no driver in the machine");
        return DaxDriver.None;
    }

    private DaxMemoryState? State(string name, string directory)
    {
        if (_dump.Read($"{directory}/state") is not { } word)
            return null;
        foreach (var state in Enum.GetValues<DaxMemoryState>())
            if (state.Word() == word)
                return state;
        _losses.Add(name, "its state is none that is known; it is offline in the machine");
        return null;
    }

    private long Align(string name, string directory)
    {
        var align = DumpBus.Number(_dump, $"{directory}/align", PhysicalMemory.AddressSpaceEnd) ?? DaxRegion.Align;
        if (align == _machine.PageSizeBytes || align is DaxRegion.Align or 1L << 30)
            return align;
        _losses.Add(name, "its align is no size that a machine file has; it is 2M in the machine");
        return DaxRegion.Align;
    }

    private long? Address(string path) => DumpBus.Hexadecimal(_dump, path, PhysicalMemory.AddressSpaceEnd);

    /// <summary>True if the addresses of all devices were read.</summary>
    private static bool AreKnown(DumpedDax[] devices) =>
        devices.All(device => device.SizeBytes == 0 || device.Ranges.Count > 0)
        && devices.Any(device => device.SizeBytes > 0 || device.Address is not null);

    /// <summary>Returns the directories of devices in a dump without the links of the bus.</summary>
    private static IEnumerable<string> Below(IDump dump) => dump.List(Platform)
        .Where(name => DumpPaths.Number(name, "hmem.") is not null)
        .SelectMany(name => dump.List($"{Platform}/{name}").Where(device => NumbersOf(device) is not null)
            .Select(device => $"{Platform}/{name}/{device}"));

    /// <summary>Returns the numbers in a name such as <c>dax0.1</c>; null for another name.</summary>
    private static (int Region, int Device)? NumbersOf(string name) =>
        name.StartsWith(Bus, StringComparison.Ordinal) && name[Bus.Length..].Split('.') is [var region, var device]
        && DumpPaths.Number(region, "") is { } first && DumpPaths.Number(device, "") is { } second ? (first, second) : null;

    private sealed record DumpedDax(string Name, long SizeBytes, long? Address, DaxDeviceDefinition Definition)
    {
        public IReadOnlyList<AddressRange> Ranges => Definition.Ranges;
    }
}
