using HotplugFs.Kernels;
using HotplugFs.Machines.Toml;

namespace HotplugFs.Machines.Files;

/// <summary>Reads <c>[[dax]]</c>: memory that the firmware keeps for a purpose.</summary>
/// <param name="map">The map of the memory.</param>
/// <param name="nodeOf">Returns the node of a section.</param>
internal sealed class DaxReader(MemoryMap map, Kernel kernel, Func<Section, int> nodeOf)
{
    /// <summary>The word for a device whose blocks hold their own memory maps.</summary>
    internal const string HoldsItsMemmap = "memmap_on_memory";

    /// <summary>What begins the word for the alignment of a device.</summary>
    internal const string AlignKey = "align=";

    /// <summary>What begins the word for what was requested for the memory of a device.</summary>
    internal const string StateKey = "state=";

    private const string Example = "\"dax0.0 kmem 0x140000000-0x17fffffff\"";

    private int _regions;

    public DaxDefinition Read(Section section)
    {
        if (!kernel.Rules.HasDax)
            throw section.Error("size", $"kernel {kernel.Name} has no dax bus; choose another kernel");
        var size = section.Bytes("size") ?? throw section.Missing("size", "\"4G\"");
        if (size <= 0 || size % DaxRegion.Align != 0)
            throw section.Error("size", $"size must be a multiple of 2M from 2M on, not {ByteSize.Format(size)}");
        var address = section.Bytes("address");
        if (address % DaxRegion.Align is > 0)
            throw section.Error("address", $"address must be a multiple of 2M, not 0x{address:x}");
        var region = new AddressRange(address ?? 0, size);
        var number = _regions++;
        var definition = new DaxDefinition(nodeOf(section), size, address)
        {
            Driver = Driver(section, section.Text("driver"), "driver"),
            NearestNode = (int?)section.Integer("numa_node", 0, NodeDefinition.MaxNumber),
            Devices = [.. section.Texts("devices", Example).Select(text => Device(section, number, text))],
        };
        if (address is null && definition.Devices.Count > 0)
            throw section.Missing("address", "\"0x140000000\"");
        foreach (var range in definition.Devices.SelectMany(device => device.Ranges))
            if (range.Start < region.Start || range.End > region.End)
                throw section.Error("devices", $"0x{range.Start:x}-0x{range.End - 1:x} is not in the region");
        map.AddDax(section, definition);
        return definition;
    }

    private static DaxDriver? Driver(Section section, string? word, string key)
    {
        if (word is null)
            return null;
        foreach (var driver in Enum.GetValues<DaxDriver>())
            if (driver.Word() == word)
                return driver;
        throw section.Error(key, $"there is no dax driver \"{word}\"; write \"kmem\", \"device_dax\" or \"none\"");
    }

    private DaxDeviceDefinition Device(Section section, int region, string text)
    {
        var words = text.Split(' ');
        var prefix = $"dax{region}.";
        if (words.Length < 2 || !words[0].StartsWith(prefix, StringComparison.Ordinal)
            || !int.TryParse(words[0][prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw section.Error("devices", $"\"{text}\" in devices is no device; example: [{Example}]");
        var (align, holds, ranges) = (DaxRegion.Align, false, new List<AddressRange>());
        DaxMemoryState? state = null;
        foreach (var word in words[2..])
        {
            if (word == HoldsItsMemmap)
                holds = true;
            else if (word.StartsWith(AlignKey, StringComparison.Ordinal) && ByteSize.TryParse(word.AsSpan(AlignKey.Length), out var bytes))
                align = bytes;
            else if (word.StartsWith(StateKey, StringComparison.Ordinal))
                state = State(section, word[StateKey.Length..]);
            else
                ranges.Add(Range(word) ?? throw section.Error("devices", $"\"{word}\" in devices is no range; example: [{Example}]"));
        }
        if (ranges.Count > DaxRegion.RangesMax)
            throw section.Error("devices", $"{words[0]} has {ranges.Count} ranges; at most {DaxRegion.RangesMax} are possible");
        return new DaxDeviceDefinition(number, Driver(section, words[1], "devices")!.Value, align, ranges)
        {
            HoldsItsMemmap = holds,
            MemoryState = state,
        };
    }

    private DaxMemoryState State(Section section, string word)
    {
        if (!kernel.Rules.HasDaxState)
            throw section.Error("devices", $"kernel {kernel.Name} has no state of dax devices; leave {StateKey}{word} out");
        foreach (var state in Enum.GetValues<DaxMemoryState>())
            if (state.Word() == word)
                return state;
        var known = string.Join(", ", Enum.GetValues<DaxMemoryState>().Select(each => each.Word()));
        throw section.Error("devices", $"there is no state \"{word}\"; write {known}");
    }

    private static AddressRange? Range(string word) =>
        word.Split('-') is [['0', 'x', .. var first], ['0', 'x', .. var last]]
            && long.TryParse(first, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var start)
            && long.TryParse(last, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var end)
            && start >= 0 && end > start && end - start < PhysicalMemory.AddressSpaceEnd
            ? new AddressRange(start, end - start + 1)
            : null;
}
