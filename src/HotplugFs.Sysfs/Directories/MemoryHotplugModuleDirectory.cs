using HotplugFs.Sysfs.Formats;
using HotplugFs.Sysfs.Profiles;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// <c>/sys/module/memory_hotplug</c>: the parameters that choose a block's zone (docs/kernels.md, "Parameters of
/// memory_hotplug").
/// </summary>
internal sealed class MemoryHotplugModuleDirectory(Machine machine, SysfsProfile profile, UeventFiles uevents)
{
    public DirectoryType Build() => new(
    [
        .. When(machine.Config.Modules, uevents.WriteOnly("/module/memory_hotplug", "module")),
        Dir("parameters",
        [
            .. When(machine.Config.Numa,
                Rw("auto_movable_numa_aware", (_, text) => text.Append(machine.OnlinePolicy.IsNumaAware ? 'Y' : 'N'), StoreNumaAware)),
            Rw("auto_movable_ratio", (_, text) => text.Append(machine.OnlinePolicy.RatioPercent), StoreRatio),
            .. When(
                machine.Rules.HasMemmapOnMemory && machine.Config.MemmapOnMemory != MemmapOnMemory.Absent,
                Ro("memmap_on_memory", (_, text) => text.Append(MemmapWord))),
            Rw("online_policy", (_, text) => text.Append(OnlinePolicySettings.Words[(int)machine.OnlinePolicy.Kind]), StorePolicy),
        ]),
    ]);

    /// <summary>A kernel that does not know <c>force</c> takes it for false, because it begins with an f.</summary>
    private string MemmapWord => machine.Config.MemmapOnMemory switch
    {
        MemmapOnMemory.Yes => "Y",
        MemmapOnMemory.Force when machine.Rules.HasMemmapOfEachBlock => "force",
        _ => "N",
    };

    private Result<int> StorePolicy(int obj, ReadOnlySpan<byte> text)
    {
        for (var kind = 0; kind < OnlinePolicySettings.Words.Count; kind++)
        {
            if (!KernelText.Equal(text, Encoding.ASCII.GetBytes(OnlinePolicySettings.Words[kind])))
                continue;
            machine.OnlinePolicy = machine.OnlinePolicy with { Kind = (OnlinePolicyKind)kind };
            return text.Length;
        }
        machine.LogRefused("online_policy", text, $"not one of {string.Join(", ", OnlinePolicySettings.Words)}");
        return Errno.EINVAL;
    }

    private Result<int> StoreRatio(int obj, ReadOnlySpan<byte> text)
    {
        if (!machine.ParseUnsigned("auto_movable_ratio", text, bits: 32).TryGet(out var ratio, out var error))
            return error;
        machine.OnlinePolicy = machine.OnlinePolicy with { RatioPercent = (uint)ratio };
        return text.Length;
    }

    private Result<int> StoreNumaAware(int obj, ReadOnlySpan<byte> text)
    {
        if (!machine.ParseBool("auto_movable_numa_aware", text, profile.TruthWords).TryGet(out var isAware, out var error))
            return error;
        machine.OnlinePolicy = machine.OnlinePolicy with { IsNumaAware = isAware };
        return text.Length;
    }
}
