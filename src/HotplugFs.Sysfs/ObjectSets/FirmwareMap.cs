namespace HotplugFs.Sysfs.ObjectSets;

/// <summary>
/// The map of the memory that the firmware of a PC gives the kernel, by numbers from 0 on, and then the memory that was added after boot. Unless
/// the machine states it, the map follows from the boot memory, of which the firmware keeps 384 KiB below 1 MiB.
/// </summary>
internal sealed class FirmwareMap(Machine machine) : INamedObjectSet
{
    private const long LowEnd = 0x9fc00;
    private const long HighStart = 1 << 20;

    /// <summary>The entries at boot; null before the first use.</summary>
    private IReadOnlyList<FirmwareRange>? _boot;

    /// <summary>The numbers of the other entries that may be known outside, and the state of the machine that they are of.</summary>
    private (int Changes, int[] Numbers) _known = (machine.AddedRanges.Changes, [.. machine.AddedRanges.Numbers]);

    private IReadOnlyList<FirmwareRange> Boot => _boot ??= machine.FirmwareMap ?? Make();

    /// <summary>Returns an entry that exists.</summary>
    public FirmwareRange this[int number]
    {
        get
        {
            if (number < Boot.Count)
                return Boot[number];
            machine.AddedRanges.TryGet(number - Boot.Count, out var added);
            var start = added.First.Number * machine.BlockSizeBytes;
            return new FirmwareRange(start, start + added.Count * machine.BlockSizeBytes - 1, FirmwareRange.Ram);
        }
    }

    public bool TryGetGeneration(int parent, int number, out uint generation)
    {
        generation = 0;
        return number < Boot.Count || machine.AddedRanges.TryGet(number - Boot.Count, out _);
    }

    public int Next(int parent, int from)
    {
        if (from < Boot.Count)
            return from;
        foreach (var number in machine.AddedRanges.Numbers)
            if (number + Boot.Count >= from)
                return number + Boot.Count;
        return -1;
    }

    public int Count(int parent) => Boot.Count + machine.AddedRanges.Numbers.Count;

    public bool TryFind(int parent, ReadOnlySpan<byte> name, out int number) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out number) && TryGetGeneration(parent, number, out _)
        && (name.Length == 1 || name[0] != '0');

    public void AppendName(int parent, int number, TextBuffer text) => text.Append(number);

    /// <summary>Reports which entries were added and removed since the last time. Nothing is known outside before the first use.</summary>
    /// <param name="isRestored">True after another state was restored, which may have had as many changes.</param>
    public void Follow(PendingChanges changes, NamedChildren entries, bool isRestored)
    {
        var ranges = machine.AddedRanges;
        if (ranges.Changes == _known.Changes && !isRestored)
            return;
        int[] now = [.. ranges.Numbers];
        if (_boot is not null)
        {
            foreach (var number in _known.Numbers.Except(now))
                changes.ChildRemoved(entries, Name(number));
            foreach (var number in now.Except(_known.Numbers))
                changes.ChildAdded(entries, Name(number));
        }
        _known = (ranges.Changes, now);
    }

    private string Name(int added) => (Boot.Count + added).ToString(CultureInfo.InvariantCulture);

    private List<FirmwareRange> Make()
    {
        var entries = new List<FirmwareRange>();
        foreach (var range in machine.MemoryAtBoot.Where(range => range.IsBoot && !range.HotAdded).OrderBy(range => range.First))
        {
            var start = range.First.Number * machine.BlockSizeBytes;
            var last = start + range.Count * machine.BlockSizeBytes - 1;
            if (entries.Count > 0 && entries[^1].Last + 1 == start)
                entries[^1] = entries[^1] with { Last = last };
            else if (start == 0)
                entries.AddRange(
                [
                    new(0, LowEnd - 1, FirmwareRange.Ram), new(LowEnd, HighStart - 1, FirmwareRange.Reserved),
                    new(HighStart, last, FirmwareRange.Ram),
                ]);
            else
                entries.Add(new(start, last, FirmwareRange.Ram));
        }
        foreach (var region in machine.Dax.Regions)
            entries.Add(new(region.Memory.Start, region.Memory.End - 1, FirmwareRange.SoftReserved));
        entries.Sort((left, right) => left.Start.CompareTo(right.Start));
        return entries;
    }
}
