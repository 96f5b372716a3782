namespace HotplugFs.Machines.Recordings;

/// <summary>
/// The ranges of the numbers in a recording. A number out of its range would overflow where it is used, or cost endless time or memory.
/// </summary>
/// <param name="blockSizeBytes">Bytes in a memory block.</param>
public sealed class RecordingRanges(long blockSizeBytes)
{
    private const long BlockSizeMin = 16L << 20;
    private const long BlockSizeMax = 64L << 30;
    private const long PfnMax = PhysicalMemory.AddressSpaceEnd / PageSize.Usual;

    /// <summary>The highest number of a block below the end of the physical addresses.</summary>
    public int BlockMax { get; } = (int)(PhysicalMemory.AddressEndOf(blockSizeBytes) / blockSizeBytes - 1);

    /// <summary>Reads the text of <c>block_size_bytes</c>.</summary>
    /// <exception cref="FormatException">It is no power of two from 16 MiB to 64 GiB.</exception>
    public static long BlockSize(string text) =>
        long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size)
        && size is >= BlockSizeMin and <= BlockSizeMax && long.IsPow2(size)
            ? size
            : throw new FormatException($"block_size_bytes \"{text}\" is not a power of two from 16M to 64G in hexadecimal digits");

    /// <summary>Checks the numbers of blocks.</summary>
    /// <exception cref="FormatException">A number is out of its range, as for the other checks.</exception>
    public void CheckBlocks(IEnumerable<int> numbers)
    {
        foreach (var number in numbers)
            Check("block", number, 0, BlockMax);
    }

    /// <summary>Checks the number of a node.</summary>
    /// <inheritdoc cref="CheckBlocks"/>
    public static void CheckNode(long number) => Check("node", number, 0, NodeDefinition.MaxNumber);

    /// <summary>Checks an address or a size.</summary>
    /// <param name="name">The field, for the message.</param>
    /// <inheritdoc cref="CheckBlocks"/>
    public static void CheckBytes(string name, long bytes) => Check(name, bytes, 0, PhysicalMemory.AddressSpaceEnd);

    /// <summary>Checks a number.</summary>
    /// <inheritdoc cref="CheckBytes"/>
    public static void Check(string name, long number, long min, long max)
    {
        if (number < min || number > max)
            throw new FormatException($"{name} {number} is out of range ({min} to {max})");
    }

    /// <summary>Checks the figures of a zone.</summary>
    /// <param name="name">The zone, for the message.</param>
    /// <inheritdoc cref="CheckBlocks"/>
    public static void CheckZone(string name, RecordedZone zone)
    {
        // Without pages, the start has no meaning, and some kernels leave any number there.
        if (zone.Spanned != 0)
            Check($"start_pfn of zone {name}", zone.StartPfn, 0, PfnMax);
        Check($"spanned of zone {name}", zone.Spanned, 0, PfnMax);
        Check($"present of zone {name}", zone.Present, 0, PfnMax);
        Check($"managed of zone {name}", zone.Managed ?? 0, 0, PfnMax);
    }
}
