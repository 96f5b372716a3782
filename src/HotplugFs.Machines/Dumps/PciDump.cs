namespace HotplugFs.Machines.Dumps;

/// <summary>Reads the PCI devices of a dump, as far as a machine file can hold them (docs/kernels.md, "PCI devices").</summary>
/// <param name="machine">The machine with its nodes and CPUs.</param>
internal sealed class PciDump(IDump dump, Losses losses, MachineDefinition machine)
{
    private const string Roots = "sys/devices";
    private const int DepthMax = 16;

    /// <summary>The classes of devices that programs look for on a node: storage, network, display, processors, wireless, accelerators.</summary>
    private static readonly int[] SoughtClasses = [0x01, 0x02, 0x03, 0x0b, 0x0d, 0x12];

    private readonly HashSet<int> _online = [.. machine.Nodes.SelectMany(node => node.Cpus).Except(machine.Cpu.Offline)];

    /// <summary>Returns the devices by their addresses.</summary>
    public PciDefinition[] Read()
    {
        var found = new SortedDictionary<string, PciDefinition>(StringComparer.Ordinal);
        foreach (var (name, directory) in DumpBus.Find(dump, "pci", Below(Roots, 0), losses))
            if (Device(name, directory) is { } device)
                found.TryAdd(name, device);
        var buses = Buses(found.Values);
        var kept = new List<PciDefinition>();
        foreach (var (name, device) in found)
        {
            if (!buses.Contains(device.Address.Root))
                losses.Add(name, $"a machine file has PCI devices on at most {DeviceLimits.PciRootsMax} buses; it is left out");
            else if (kept.Count == DeviceLimits.PciDevicesMax)
                losses.Add(name, $"a machine file has at most {DeviceLimits.PciDevicesMax} PCI devices; it is left out");
            else
                kept.Add(device);
        }
        return [.. kept];
    }

    /// <summary>Returns the buses that are kept: first those with devices that programs look for.</summary>
    private static HashSet<string> Buses(IEnumerable<PciDefinition> devices) =>
    [
        .. devices.GroupBy(device => device.Address.Root)
            .OrderByDescending(bus => bus.Any(device => SoughtClasses.Contains(device.Class >> 16)))
            .ThenBy(bus => bus.Key, StringComparer.Ordinal)
            .Take(DeviceLimits.PciRootsMax).Select(bus => bus.Key),
    ];

    /// <summary>Returns the directories of devices in a dump without the links of the bus.</summary>
    private IEnumerable<string> Below(string directory, int depth)
    {
        if (depth > DepthMax)
            yield break;
        foreach (var name in dump.List(directory).Order(StringComparer.Ordinal))
        {
            var path = $"{directory}/{name}";
            var isDevice = PciAddress.TryParse(name, out _);
            if (isDevice)
                yield return path;
            if (isDevice || (depth == 0 && name.StartsWith("pci", StringComparison.Ordinal)))
                foreach (var below in Below(path, depth + 1))
                    yield return below;
        }
    }

    private PciDefinition? Device(string name, string directory)
    {
        int? Of(string file, int max) => (int?)DumpBus.Hexadecimal(dump, $"{directory}/{file}", max);
        if (!PciAddress.TryParse(name, out var address))
        {
            losses.Add(name, "a machine file has no PCI device with such an address; it is left out");
            return null;
        }
        if (Of("class", 0xFFFFFF) is not { } kind || Of("vendor", ushort.MaxValue) is not { } vendor
            || Of("device", ushort.MaxValue) is not { } device)
        {
            losses.Add(name, "its class, vendor or device is missing or no such number; it is left out");
            return null;
        }
        if (PciAddress.TryParse(DumpBus.NameOf(DumpBus.ParentOf(directory)), out _))
            losses.Add(name, "it is below a bridge; it is on a root bus in the machine");
        var node = NodeOf(name, directory);
        CheckCpus(name, directory, node);
        return new PciDefinition(address, kind, vendor, device)
        {
            Node = node?.Number,
            SubsystemVendor = Of("subsystem_vendor", ushort.MaxValue) ?? 0,
            SubsystemDevice = Of("subsystem_device", ushort.MaxValue) ?? 0,
            Revision = Of("revision", byte.MaxValue) ?? 0,
        };
    }

    private NodeDefinition? NodeOf(string name, string directory)
    {
        if (dump.Read($"{directory}/numa_node") is not { } text || text == "-1")
            return null;
        var node = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? machine.Nodes.FirstOrDefault(known => known.Number == number)
            : null;
        if (node is null)
            losses.Add(name, "its numa_node is no node of the machine; it is on none");
        return node;
    }

    private void CheckCpus(string name, string directory, NodeDefinition? node)
    {
        var cpus = DumpPaths.Numbers(dump.Read($"{directory}/local_cpulist"), CpuDump.CpuMax);
        if (cpus is not null && !_online.Where(cpu => node?.Cpus.Contains(cpu) ?? true).ToHashSet().SetEquals(cpus))
            losses.Add(name, "its local_cpulist is not that of its node; the CPUs of the node are taken");
    }
}
