using HotplugFs.Machines.Toml;

namespace HotplugFs.Machines.Files;

/// <summary>Reads the build options of a machine's kernel.</summary>
/// <param name="top">The part of the file before the first section.</param>
/// <param name="pageSize">Bytes in a page.</param>
internal sealed class KernelConfigReader(Section top, int pageSize)
{
    /// <summary>Reads the options; those that are left out are as usual on the architecture.</summary>
    public KernelConfig Read(KernelConfig usual) => new()
    {
        Numa = top.Flag("numa") ?? usual.Numa,
        PowerManagement = top.Flag("power_management") ?? usual.PowerManagement,
        PowerDebug = top.Flag("power_debug") ?? usual.PowerDebug,
        MemoryHotremove = top.Flag("memory_hotremove") ?? usual.MemoryHotremove,
        Dimms = top.Flag("dimm_hotplug") ?? usual.Dimms,
        Sgx = top.Flag("sgx") ?? usual.Sgx,
        CrashHotplug = top.Has("crash_hotplug") ? CrashHotplug() : usual.CrashHotplug,
        CrashNotes = top.Flag("crash_notes") ?? usual.CrashNotes,
        HugePageSizes = top.Has("hugepage_sizes") ? HugePageSizes() : usual.HugePageSizes,
        HiddenStatistics = top.Has("hidden_statistics")
            ? [.. top.Texts("hidden_statistics", "[\"Unaccepted\"]")]
            : usual.HiddenStatistics,
        MemoryFailure = top.Flag("memory_failure") ?? usual.MemoryFailure,
        HugetlbPages = top.Flag("hugetlb_pages") ?? usual.HugetlbPages,
        TransparentHugePages = top.Flag("transparent_hugepages") ?? usual.TransparentHugePages,
        MemoryProbe = top.Flag("memory_probe") ?? usual.MemoryProbe,
        Modules = top.Flag("modules") ?? usual.Modules,
        ErrorInjection = top.Flag("error_injection") ?? usual.ErrorInjection,
        PmErrorInjection = top.Flag("pm_error_injection") ?? usual.PmErrorInjection,
        CpuListSize = top.Integer("cpulist_size", 0, KernelConfig.CpuListSizeMax) ?? usual.CpuListSize,
        MemmapOnMemory = Memmap(),
    };

    private MemmapOnMemory Memmap() => top.FlagOr("memmap_on_memory", MachineFileKinds.Force, MachineFileKinds.Absent) switch
    {
        (true, _) => MemmapOnMemory.Yes,
        (_, MachineFileKinds.Force) => MemmapOnMemory.Force,
        (_, MachineFileKinds.Absent) => MemmapOnMemory.Absent,
        _ => MemmapOnMemory.No,
    };

    private int CrashHotplug() => top.Text("crash_hotplug") switch
    {
        MachineFileKinds.Absent => -1,
        "0" => 0,
        "1" => 1,
        var other => throw top.Error("crash_hotplug", $"crash_hotplug must be \"0\", \"1\" or \"{MachineFileKinds.Absent}\", not \"{other}\""),
    };

    private int[] HugePageSizes()
    {
        const string example = "[\"2M\", \"1G\"]";
        var sizes = new SortedSet<int>();
        foreach (var text in top.Texts("hugepage_sizes", example))
        {
            if (!ByteSize.TryParse(text, out var bytes) || bytes is < 16 << 10 or > 64L << 30 || !long.IsPow2(bytes))
                throw top.Error("hugepage_sizes", $"\"{text}\" is not a power of two from 16K to 64G; example: {example}");
            if (bytes <= pageSize)
                throw top.Error("hugepage_sizes", $"\"{text}\" is not larger than a page, {ByteSize.Format(pageSize)}; example: {example}");
            sizes.Add((int)(bytes >> 10));
        }
        return [.. sizes];
    }
}
