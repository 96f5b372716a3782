namespace HotplugFs.Sysfs.ObjectSets;

/// <summary>
/// The map of the boot memory that the firmware of a PC gives the kernel, by numbers from 0 on. The 384 KiB below 1 MiB are the firmware's.
/// </summary>
internal sealed class FirmwareMap(Machine machine) : INamedObjectSet
{
    /// <summary>The type of memory that the kernel can use.</summary>
    public const string Ram = "System RAM";

    private const long LowEnd = 0x9fc00;
    private const long HighStart = 1 << 20;

    private List<(long Start, long Last, string Type)>? _entries;

    /// <summary>The entries: the first and the last address, and the type.</summary>
    public IReadOnlyList<(long Start, long Last, string Type)> Entries => _entries ??= Make();

    public bool TryGetGeneration(int parent, int number, out uint generation)
    {
        generation = 0;
        return number < Entries.Count;
    }

    public int Next(int parent, int from) => from < Entries.Count ? from : -1;

    public int Count(int parent) => Entries.Count;

    public bool TryFind(int parent, ReadOnlySpan<byte> name, out int number) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < Entries.Count
        && (name.Length == 1 || name[0] != '0');

    public void AppendName(int parent, int number, TextBuffer text) => text.Append(number);

    private List<(long Start, long Last, string Type)> Make()
    {
        var entries = new List<(long Start, long Last, string Type)>();
        foreach (var range in machine.MemoryAtBoot.Where(range => range.IsBoot && !range.HotAdded).OrderBy(range => range.First))
        {
            var start = range.First.Number * machine.BlockSizeBytes;
            var last = start + range.Count * machine.BlockSizeBytes - 1;
            if (entries.Count > 0 && entries[^1].Last + 1 == start)
                entries[^1] = entries[^1] with { Last = last };
            else if (start == 0)
                entries.AddRange([(0, LowEnd - 1, Ram), (LowEnd, HighStart - 1, "Reserved"), (HighStart, last, Ram)]);
            else
                entries.Add((start, last, Ram));
        }
        return entries;
    }
}
