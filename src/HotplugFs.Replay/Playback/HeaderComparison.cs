using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Machines.Recordings;

namespace HotplugFs.Replay.Playback;

/// <summary>Compares the files that a recording's header holds with those of the machine that was made from it.</summary>
internal sealed class HeaderComparison(ReplaySession session)
{
    private const string Memory = "memory";
    private const string Absent = "!ENOENT";

    private readonly RecordingHeader _header = session.Trace.Header;

    /// <summary>Compares what <see cref="StateComparison.CompareBoot"/> does not.</summary>
    public void Compare()
    {
        Expect($"{Memory}/block_size_bytes", _header.BlockSizeBytes);
        Expect($"{Memory}/auto_online_blocks", _header.AutoOnlineBlocks.Length == 0 ? Absent : _header.AutoOnlineBlocks);
        if (_header.MemoryHotplug is { } parameters)
            CompareParameters(parameters);
        foreach (var (number, block) in _header.Blocks)
            CompareBlock($"{Memory}/{Memory}{number}", block);
        // An offline node has no CPUs, and no directory.
        foreach (var (node, cpus) in _header.Cpus ?? [])
            Expect($"node/node{node}/cpulist", cpus.Length == 0 && !session.Machine.List($"node/node{node}").IsOk ? "!ENOENT" : cpus);
        foreach (var (node, distances) in _header.Distances ?? [])
            Expect($"node/node{node}/distance", distances);
        // A kernel that ignores DIMMs has none of their blocks.
        foreach (var dimm in (_header.MachineDef?.Dimms ?? _header.Dimms ?? []).Where(IsPresent))
            CompareDimm($"/hotplugfs/dimms/{dimm.Id}", dimm);
        foreach (var device in _header.Pci ?? [])
            ComparePci($"/sys/devices/pci{device.Address[..7]}/{device.Address}", device);
        // A kernel without the bus has none of its regions.
        var regions = session.Trace.Machine.Definition.Dax;
        for (var number = 0; number < regions.Count; number++)
            foreach (var device in regions[number].Devices)
                CompareDax($"{Platform}/hmem.{number}/{device.NameIn(number)}", regions[number], device);
        if (_header.MemoryFailure is { } hasMemoryFailure)
            ExpectExists($"{Memory}/soft_offline_page", hasMemoryFailure);
        if (_header.PowerManagement is { } hasPower)
            ExpectExists($"{Memory}/power/control", hasPower);
    }

    private bool IsPresent(RecordedDimm dimm) =>
        _header.Blocks.ContainsKey((int)(dimm.Addr / session.Trace.Machine.Definition.BlockSizeBytes));

    private void CompareParameters(RecordedParameters parameters)
    {
        const string directory = "/sys/module/memory_hotplug/parameters";
        Expect($"{directory}/online_policy", parameters.OnlinePolicy ?? Absent);
        Expect($"{directory}/auto_movable_ratio", parameters.AutoMovableRatio ?? Absent);
        Expect($"{directory}/auto_movable_numa_aware", parameters.AutoMovableNumaAware ?? Absent);
        Expect($"{directory}/memmap_on_memory", parameters.MemmapOnMemory ?? Absent);
    }

    private void CompareBlock(string directory, RecordedBlock block)
    {
        Expect($"{directory}/removable", block.Removable);
        Expect($"{directory}/phys_device", block.PhysDevice);
        Expect($"{directory}/phys_index", block.PhysIndex);
        Expect($"{directory}/online", block.Online is "" ? Absent : block.Online);
    }

    private void CompareDimm(string directory, RecordedDimm dimm)
    {
        Expect($"{directory}/node", $"{dimm.Node}");
        Expect($"{directory}/size", $"{dimm.Size}");
        Expect($"{directory}/address", $"0x{dimm.Addr:x}");
    }

    /// <summary>The directory of the dax regions, which kernels have in one of two places.</summary>
    private string Platform => session.Machine.List("/sys/devices/platform/hmem_platform.0").IsOk
        ? "/sys/devices/platform/hmem_platform.0"
        : "/sys/devices/platform";

    private void ComparePci(string directory, RecordedPci device)
    {
        Expect($"{directory}/class", $"0x{device.Class:x6}");
        Expect($"{directory}/vendor", $"0x{device.Vendor:x4}");
        Expect($"{directory}/device", $"0x{device.Device:x4}");
        Expect($"{directory}/numa_node", $"{device.NumaNode ?? -1}");
    }

    private void CompareDax(string directory, DaxDefinition region, DaxDeviceDefinition device)
    {
        Expect($"{directory}/target_node", $"{region.Node}");
        Expect($"{directory}/size", $"{device.Ranges.Sum(range => range.Size)}");
        Expect($"{directory}/align", $"{device.Align}");
        Expect($"{directory}/state", device.MemoryState?.Word());
    }

    /// <param name="expected">The text without its newline, or <c>!</c> and the name of an errno; null if it is not recorded.</param>
    private void Expect(string path, string? expected)
    {
        if (expected is null)
            return;
        var read = session.Machine.Read(path, uid: 0);
        var found = read.Error is { } error ? $"!{error}" : Encoding.Latin1.GetString(read.Data).TrimEnd('\n');
        if (found != expected)
            session.Diverged(1, "boot", $"{path}: expected {expected}, got {found}");
    }

    /// <summary>Compares whether a file exists. A read of one that cannot be read also fails, but not with ENOENT.</summary>
    private void ExpectExists(string path, bool exists)
    {
        if (exists != (session.Machine.Read(path, uid: 0).Error != "ENOENT"))
            session.Diverged(1, "boot", $"{path}: {(exists ? "is missing" : "exists")}");
    }
}
