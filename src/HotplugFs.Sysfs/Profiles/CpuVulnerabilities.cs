namespace HotplugFs.Sysfs.Profiles;

/// <summary>The files in <c>/sys/devices/system/cpu/vulnerabilities</c>, which show how a CPU is protected.</summary>
[Flags]
public enum CpuVulnerabilities
{
    /// <summary>No file: there is no such directory.</summary>
    None,

    /// <summary>The first three: <c>meltdown</c>, <c>spectre_v1</c>, <c>spectre_v2</c>.</summary>
    First = 1,

    /// <summary><c>spec_store_bypass</c>.</summary>
    StoreBypass = 1 << 1,

    /// <summary><c>l1tf</c>.</summary>
    L1Terminal = 1 << 2,

    /// <summary><c>mds</c>.</summary>
    DataSampling = 1 << 3,

    /// <summary><c>tsx_async_abort</c>, <c>itlb_multihit</c>.</summary>
    AsyncAbort = 1 << 4,

    /// <summary><c>srbds</c>.</summary>
    RegisterBuffer = 1 << 5,

    /// <summary><c>mmio_stale_data</c>.</summary>
    StaleData = 1 << 6,

    /// <summary><c>retbleed</c>.</summary>
    Retbleed = 1 << 7,

    /// <summary><c>gather_data_sampling</c>.</summary>
    GatherData = 1 << 8,

    /// <summary><c>spec_rstack_overflow</c>.</summary>
    ReturnStack = 1 << 9,

    /// <summary><c>reg_file_data_sampling</c>.</summary>
    RegisterFile = 1 << 10,

    /// <summary><c>indirect_target_selection</c>.</summary>
    TargetSelection = 1 << 11,

    /// <summary><c>tsa</c>.</summary>
    Scheduler = 1 << 12,

    /// <summary><c>vmscape</c>.</summary>
    GuestExit = 1 << 13,

    /// <summary><c>ghostwrite</c>.</summary>
    GhostWrite = 1 << 14,

    /// <summary><c>old_microcode</c>.</summary>
    Microcode = 1 << 15,
}

/// <summary>Which entries of <c>vulnerabilities</c> each flag stands for.</summary>
public static class CpuVulnerabilityNames
{
    private static readonly string[][] Names =
    [
        ["meltdown", "spectre_v1", "spectre_v2"], ["spec_store_bypass"], ["l1tf"], ["mds"], ["tsx_async_abort", "itlb_multihit"], ["srbds"],
        ["mmio_stale_data"], ["retbleed"], ["gather_data_sampling"], ["spec_rstack_overflow"], ["reg_file_data_sampling"],
        ["indirect_target_selection"], ["tsa"], ["vmscape"], ["ghostwrite"], ["old_microcode"],
    ];

    /// <summary>Returns the names of files.</summary>
    public static IEnumerable<string> Of(CpuVulnerabilities files)
    {
        for (var i = 0; i < Names.Length; i++)
            if (((int)files & (1 << i)) != 0)
                foreach (var name in Names[i])
                    yield return name;
    }
}
