using System.Text.Json.Serialization;

namespace HotplugFs.Machines.Recordings;

/// <summary>A device of the dax bus.</summary>
public sealed class RecordedDaxDevice
{
    /// <summary>The Y of daxX.Y; X is the place of the region in its list.</summary>
    [JsonRequired] public int Number { get; set; }

    /// <summary>The driver that the device is bound to: <c>kmem</c>, <c>device_dax</c> or <c>none</c>.</summary>
    [JsonRequired] public string Driver { get; set; } = "";

    /// <summary>The text of <c>align</c>, in bytes.</summary>
    [JsonRequired] public long Align { get; set; }

    /// <summary>The ranges of physical addresses, in the order of <c>mappingN</c>; none for a device without memory.</summary>
    [JsonRequired] public List<RecordedRange> Ranges { get; set; } = [];

    /// <summary>True if <c>memmap_on_memory</c> was 1.</summary>
    public bool MemmapOnMemory { get; set; }

    /// <summary>The text of <c>state</c>; null on kernels without it, and for a device that driver kmem does not have.</summary>
    public string? State { get; set; }

    internal static RecordedDaxDevice Of(DaxDeviceDefinition device) => new()
    {
        Number = device.Number,
        Driver = device.Driver.Word(),
        Align = device.Align,
        Ranges = [.. device.Ranges.Select(range => new RecordedRange { Addr = range.Start, Size = range.Size })],
        MemmapOnMemory = device.HoldsItsMemmap,
        State = device.MemoryState?.Word(),
    };

    /// <param name="region">The number of the region, for messages.</param>
    /// <exception cref="FormatException">Such a device cannot be.</exception>
    internal DaxDeviceDefinition ToDefinition(int region)
    {
        var name = $"dax{region}.{Number}";
        RecordingRanges.Check($"number of {name}", Number, 0, int.MaxValue);
        RecordingRanges.Check($"align of {name}", Align, 1, PhysicalMemory.AddressSpaceEnd);
        if (Ranges.Count > DaxRegion.RangesMax)
            throw new FormatException($"{name} has {Ranges.Count} ranges; at most {DaxRegion.RangesMax} are possible");
        foreach (var range in Ranges)
        {
            RecordingRanges.CheckBytes($"addr of a range of {name}", range.Addr);
            RecordingRanges.Check($"size of a range of {name}", range.Size, 1, PhysicalMemory.AddressSpaceEnd);
        }
        var driver = RecordedWord.Find(Driver, Enum.GetValues<DaxDriver>(), DaxDrivers.Word);
        return new DaxDeviceDefinition(Number, driver, Align, [.. Ranges.Select(range => new AddressRange(range.Addr, range.Size))])
        {
            HoldsItsMemmap = MemmapOnMemory,
            MemoryState = State is { } state ? RecordedWord.Find(state, Enum.GetValues<DaxMemoryState>(), DaxMemoryStates.Word) : null,
        };
    }
}
