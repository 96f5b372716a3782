namespace HotplugFs.Machines.Files;

/// <summary>Writes a machine file with comments, for people to change.</summary>
public sealed record NewMachineFile
{
    private const long Gib = 1L << 30;

    /// <summary>Memory between 3 and 4 GiB belongs to devices, as on computers.</summary>
    private const long HoleStart = 3 * Gib;

    private const long HoleEnd = 4 * Gib;

    /// <summary>The kernel's name.</summary>
    public required string Kernel { get; init; }

    /// <summary>True for CONFIG_MOVABLE_NODE.</summary>
    public bool MovableNode { get; init; }

    /// <summary>How much memory each block covers.</summary>
    public long BlockSizeBytes { get; init; } = 128L << 20;

    /// <summary>Number of nodes.</summary>
    public int Nodes { get; init; } = 2;

    /// <summary>Bytes of boot memory of each node, a multiple of the block size.</summary>
    public long MemoryBytes { get; init; } = Gib;

    /// <summary>Number of DIMMs of each node.</summary>
    public int Dimms { get; init; } = 1;

    /// <summary>Bytes of each DIMM, a multiple of the block size.</summary>
    public long DimmBytes { get; init; } = 512L << 20;

    /// <summary>Returns the text.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # A machine for hotplugfs mount --machine FILE. All keys: man 5 hotplugfs-machine, docs/machine.md.
            block_size = "{ByteSize.Format(BlockSizeBytes)}"
            kernel = "{Kernel}"
            movable_node = {(MovableNode ? "true" : "false")}
            # What becomes of new blocks: offline leaves them to the user.
            auto_online_blocks = "offline"


            """);
        for (var node = 0; node < Nodes; node++)
            text.Append(CultureInfo.InvariantCulture, $"[[node]]\nnumber = {node}\ncpus = \"{node}\"\n\n");
        text.Append("# Memory at boot. Below 4 GiB it is in zone DMA32; the first block holds pages of the kernel, so that it stays online.\n");
        var address = 0L;
        for (var node = 0; node < Nodes; node++)
            AppendMemory(text, node, ref address);
        if (Dimms > 0)
            text.Append("# DIMMs that are plugged after boot. Their blocks are offline at first.\n");
        for (var dimm = 0; dimm < Nodes * Dimms; dimm++)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"[[dimm]]\nid = \"dimm{dimm}\"\nnode = {dimm / Dimms}\nsize = \"{ByteSize.Format(DimmBytes)}\"\n\n");
        }
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private void AppendMemory(StringBuilder text, int node, ref long address)
    {
        for (var left = MemoryBytes; left > 0;)
        {
            if (address is >= HoleStart and < HoleEnd || (address < HoleStart && address + BlockSizeBytes > HoleStart))
                address = Math.Max(HoleEnd, BlockSizeBytes);
            var size = address < HoleStart ? Math.Min(left, (HoleStart - address) / BlockSizeBytes * BlockSizeBytes) : left;
            var zone = address < HoleStart ? ZoneType.Dma32 : ZoneType.Normal;
            if (address == 0 && size > BlockSizeBytes)
            {
                Append(text, node, zone, address, BlockSizeBytes, holdsKernel: true);
                (address, left, size) = (address + BlockSizeBytes, left - BlockSizeBytes, size - BlockSizeBytes);
            }
            Append(text, node, zone, address, size, holdsKernel: address == 0);
            (address, left) = (address + size, left - size);
        }
    }

    private static void Append(StringBuilder text, int node, ZoneType zone, long address, long size, bool holdsKernel) => text.Append(
        CultureInfo.InvariantCulture,
        $"[[memory]]\nnode = {node}\naddress = \"0x{address:x}\"\nsize = \"{ByteSize.Format(size)}\"\nzone = \"{zone.Name()}\"\n"
            + $"{(holdsKernel ? "kernel_pages = true\n" : "")}\n");
}
