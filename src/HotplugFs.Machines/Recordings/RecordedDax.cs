using System.Text.Json.Serialization;

namespace HotplugFs.Machines.Recordings;

/// <summary>A region of the dax bus with its devices.</summary>
public sealed class RecordedDax
{
    /// <summary>The number of the node to which its memory is added.</summary>
    [JsonRequired] public int TargetNode { get; set; }

    /// <summary>The number of the nearest node that was online at boot; null to follow from the distances.</summary>
    public int? NumaNode { get; set; }

    /// <summary>The physical address, in bytes.</summary>
    [JsonRequired] public long Addr { get; set; }

    /// <summary>The size, in bytes.</summary>
    [JsonRequired] public long Size { get; set; }

    /// <summary>What the memory of the region is divided into: at least one device.</summary>
    [JsonRequired] public List<RecordedDaxDevice> Devices { get; set; } = [];

    internal static RecordedDax Of(DaxDefinition region) => new()
    {
        TargetNode = region.Node,
        NumaNode = region.NearestNode,
        Addr = region.Address!.Value,
        Size = region.SizeBytes,
        Devices = [.. region.Devices.Select(RecordedDaxDevice.Of)],
    };

    /// <param name="number">The number of the region, for messages.</param>
    /// <exception cref="FormatException">Such a region cannot be.</exception>
    internal DaxDefinition ToDefinition(int number)
    {
        var name = $"dax region {number}";
        RecordingRanges.CheckBytes($"addr of {name}", Addr);
        RecordingRanges.CheckBytes($"size of {name}", Size);
        if (Size == 0 || Size % DaxRegion.Align != 0 || Addr % DaxRegion.Align != 0)
            throw new FormatException($"addr and size of {name} must be multiples of 2 MiB, and size at least that");
        if (Devices.Count == 0)
            throw new FormatException($"{name} has no devices; at least dax{number}.0 is needed");
        DaxDeviceDefinition[] devices = [.. Devices.Select(device => device.ToDefinition(number))];
        AddressRange[] ranges = [.. devices.SelectMany(device => device.Ranges).OrderBy(range => range.Start)];
        if (ranges.Any(range => range.Start < Addr || range.End > Addr + Size))
            throw new FormatException($"a range of a device is not in {name}");
        if (ranges.Zip(ranges.Skip(1)).Any(pair => pair.First.Intersects(pair.Second)))
            throw new FormatException($"the ranges of the devices of {name} overlap");
        if (devices.DistinctBy(device => device.Number).Count() < devices.Length)
            throw new FormatException($"two devices of {name} have the same number");
        return new DaxDefinition(TargetNode, Size, Addr) { NearestNode = NumaNode, Devices = devices };
    }
}
