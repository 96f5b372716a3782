using HotplugFs.Engine.Policies;

namespace HotplugFs.Machines.Recordings;

/// <summary>Gives the machine of a recording the devices that its header lists.</summary>
internal static class RecordedDevices
{
    /// <summary>Returns the machine with its PCI devices and its dax regions, and the blocks that belong to those.</summary>
    /// <param name="rules">The rules of the simulated kernel, which may have no dax bus: then its memory is as it is without one.</param>
    /// <exception cref="FormatException">Such devices cannot be in the machine.</exception>
    public static MachineDefinition Complete(MachineDefinition machine, RecordingHeader header, KernelRules rules)
    {
        var complete = header.Pci is { } pci ? machine with { Pci = Pci(pci, machine) } : machine;
        return header.Dax is { } dax && rules.HasDax ? WithDax(complete, dax, rules) : complete;
    }

    private static PciDefinition[] Pci(List<RecordedPci> recorded, MachineDefinition machine)
    {
        RecordingRanges.Check("number of PCI devices", recorded.Count, 0, DeviceLimits.PciDevicesMax);
        PciDefinition[] devices = [.. recorded.Select(device => device.ToDefinition())];
        var buses = devices.DistinctBy(device => device.Address.Root).Count();
        RecordingRanges.Check("number of buses with PCI devices", buses, 0, DeviceLimits.PciRootsMax);
        var addresses = new HashSet<PciAddress>();
        foreach (var device in devices)
        {
            if (!addresses.Add(device.Address))
                throw new FormatException($"PCI device {device.Address} is there twice");
            CheckNode($"PCI device {device.Address}", device.Node, machine);
        }
        return devices;
    }

    private static MachineDefinition WithDax(MachineDefinition machine, List<RecordedDax> recorded, KernelRules rules)
    {
        RecordingRanges.Check("number of dax regions", recorded.Count, 0, DeviceLimits.DaxRegionsMax);
        DaxDefinition[] regions = [.. recorded.Select((region, number) => region.ToDefinition(number))];
        for (var number = 0; number < regions.Length; number++)
        {
            CheckNode($"dax region {number}", regions[number].Node, machine);
            CheckNode($"dax region {number}", regions[number].NearestNode, machine);
            if (regions[..number].Any(other => Memory(other).Intersects(Memory(regions[number]))))
                throw new FormatException($"dax region {number} overlaps another region");
        }
        if (!rules.HasDaxState)
            regions = Array.ConvertAll(regions, region => region with
            {
                Devices = [.. region.Devices.Select(device => device with { MemoryState = null })],
            });
        var complete = HotAddedBlocks.WithDax(machine, regions);
        foreach (var range in complete.Memory.Where(range => range.Dax is null))
        {
            var blocks = new AddressRange(range.First.Number * machine.BlockSizeBytes, range.Count * machine.BlockSizeBytes);
            var number = Array.FindIndex(regions, region => Memory(region).Intersects(blocks));
            if (number >= 0)
                throw new FormatException($"memory{range.First.Number} is in dax region {number}, but of none of its devices");
        }
        return complete;
    }

    private static AddressRange Memory(DaxDefinition region) => new(region.Address!.Value, region.SizeBytes);

    private static void CheckNode(string device, int? node, MachineDefinition machine)
    {
        if (node is { } number && !machine.Nodes.Any(known => known.Number == number))
            throw new FormatException($"{device} is on node {number}, which is not in \"nodes.possible\"");
    }
}
