namespace HotplugFs.Machines.Dumps;

/// <summary>Marks blocks that were added after boot, where only other files than their own show it.</summary>
internal static class HotAddedBlocks
{
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
}
