namespace HotplugFs.Sysfs.Control;

/// <summary>
/// <c>hotplugfs/blocks</c>: all blocks in one read. Consecutive blocks that differ only in their number share a line, so that the file of
/// a machine with 524,288 blocks is short. A line has the keys of <see cref="Show"/> in this order.
/// </summary>
internal sealed class BlocksText(Machine machine)
{
    /// <summary>
    /// Shows the blocks in ascending order: <c>blocks</c>, <c>node</c>, <c>state</c>, <c>zone</c>, <c>valid_zones</c>, <c>pages</c> that
    /// can be used and, if it has them, <c>used</c> pages by what they hold, <c>kernel_pages=1</c> for the kernel's own of boot memory, which
    /// are not counted, <c>holes</c> in pages, <c>dimm</c> and <c>virtio_mem</c>.
    /// </summary>
    public Result Show(int obj, TextBuffer text)
    {
        var first = -1;
        var last = -1;
        Facts facts = default;
        for (var number = machine.Blocks.Next(0); number >= 0; number = machine.Blocks.Next(number + 1))
        {
            var next = FactsOf(machine[new BlockId(number)]);
            if (first >= 0 && number == last + 1 && next == facts)
            {
                last = number;
                continue;
            }
            if (first >= 0)
                Append(text, first, last, facts);
            (first, last, facts) = (number, number, next);
        }
        if (first >= 0)
            Append(text, first, last, facts);
        return Result.Ok;
    }

    private Facts FactsOf(in MemoryBlock block) => new(
        block.Node.Number, block.State, block.Zones, Pack(machine.ValidZones(block.Id)), machine.UsablePages(block.Id), UsesOf(block.Id),
        block.HasKernelPages, block.HolePages, block.DimmIndex, block.VirtioMemIndex);

    /// <summary>The zones as digits of a number, because a list of them is slow to compare.</summary>
    private static int Pack(ZoneList zones)
    {
        var packed = 0;
        for (var i = zones.Count - 1; i >= 0; i--)
            packed = packed << 4 | (int)zones[i] + 1;
        return packed;
    }

    private string UsesOf(BlockId id)
    {
        if (!machine.HasPagesInUse(id))
            return "";
        Span<int> pages = stackalloc int[PageKinds.Count];
        pages.Clear();
        foreach (var (kind, count) in machine.PagesInUse(id))
            pages[(int)kind] += count;
        var uses = new StringBuilder();
        for (var kind = 0; kind < pages.Length; kind++)
            if (pages[kind] > 0)
                uses.Append(CultureInfo.InvariantCulture, $"{(uses.Length > 0 ? "," : "")}{PageKinds.Names[kind]}:{pages[kind]}");
        return uses.ToString();
    }

    private void Append(TextBuffer text, int first, int last, in Facts facts)
    {
        text.Append("blocks="u8).Append(first);
        if (last > first)
            text.Append('-').Append(last);
        text.Append(" node="u8).Append(facts.Node).Append(" state="u8).Append(facts.State.Word()).Append(" zone="u8);
        var zones = 0;
        foreach (var type in machine.ZoneTypes)
            if (facts.Zones.Has(type))
                text.Append(zones++ == 0 ? ""u8 : ","u8).Append(type.Name());
        text.Append(zones == 0 ? "none"u8 : ""u8).Append(" valid_zones="u8);
        for (var packed = facts.ValidZones; packed != 0; packed >>= 4)
            text.Append(packed == facts.ValidZones ? ""u8 : ","u8).Append(((ZoneType)((packed & 15) - 1)).Name());
        text.Append(facts.ValidZones == 0 ? "none"u8 : ""u8).Append(" pages="u8).Append(facts.Pages);
        if (facts.Uses.Length > 0)
            text.Append(" used="u8).Append(facts.Uses);
        if (facts.HasKernelPages)
            text.Append(" kernel_pages=1"u8);
        if (facts.HolePages > 0)
            text.Append(" holes="u8).Append(facts.HolePages);
        if (machine.Dimms.At(facts.Dimm) is { } dimm)
            text.Append(" dimm="u8).Append(dimm.Id);
        var index = facts.VirtioMem;
        if (index >= 0)
            text.Append(" virtio_mem="u8).Append(machine.VirtioMem.Single(device => device.Index == index).Id);
        text.Append('\n');
    }

    /// <summary>What a line has about a block.</summary>
    private readonly record struct Facts(
        int Node, MemoryBlockState State, ZoneSet Zones, int ValidZones, int Pages, string Uses, bool HasKernelPages, int HolePages, int Dimm,
        int VirtioMem);
}
