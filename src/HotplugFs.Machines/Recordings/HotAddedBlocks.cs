namespace HotplugFs.Machines.Recordings;

/// <summary>Marks blocks that were added after boot, where only other files than their own show it.</summary>
internal static class HotAddedBlocks
{
    /// <summary>Returns the machine with dax regions, to whose devices those blocks belong that are in their ranges.</summary>
    public static MachineDefinition WithDax(MachineDefinition machine, IReadOnlyList<DaxDefinition> regions) => Mark(
        machine with { Dax = regions },
        range => OwnerOf(range, regions, machine.BlockSizeBytes) is { } owner ? range with { Dax = owner } : range);

    /// <summary>Returns the machine with some of its blocks changed, whose pages are no boot memory of their zones any more.</summary>
    /// <param name="mark">Returns a range as it was added; the same range for boot memory.</param>
    public static MachineDefinition Mark(MachineDefinition machine, Func<MemoryRange, MemoryRange> mark)
    {
        var pagesPerBlock = machine.BlockSizeBytes / machine.PageSizeBytes;
        var added = new Dictionary<(int Node, ZoneType Zone), long>();
        var memory = machine.Memory.Select(range =>
        {
            var marked = range.Dimm is null && range.OtherNodes.Count == 0 ? mark(range) : range;
            if (marked != range && range is { State: MemoryBlockState.Online, Zones.IsSingle: true })
            {
                var zone = (range.Node, range.Zones.Lowest);
                added[zone] = added.GetValueOrDefault(zone) + range.Count * pagesPerBlock - range.HolePages;
            }
            return marked;
        }).ToArray();
        return machine with
        {
            Memory = memory,
            Zones =
            [
                .. machine.Zones.Select(zone => zone with
                {
                    PresentBootPages = Math.Max(0, zone.PresentBootPages - added.GetValueOrDefault((zone.Node, zone.Type))),
                }),
            ],
        };
    }

    /// <summary>Returns the name of the device that has the memory of a range of blocks; null if there is none.</summary>
    private static string? OwnerOf(MemoryRange block, IReadOnlyList<DaxDefinition> regions, long blockSizeBytes)
    {
        var start = block.First.Number * blockSizeBytes;
        var end = start + block.Count * blockSizeBytes;
        for (var number = 0; number < regions.Count; number++)
            foreach (var device in regions[number].Devices)
                foreach (var range in device.Ranges)
                    if (range.Start <= start && range.End >= end && regions[number].Node == block.Node)
                        return device.NameIn(number);
        return null;
    }
}
