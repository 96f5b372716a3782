using System.Text;
using HotplugFs.Abi;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Kernfs;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary><c>/sys/module/memory_hotplug</c>: the parameters that choose a zone (modern.md, "Zones and valid_zones").</summary>
internal sealed class MemoryHotplugModuleDirectory(Machine machine, Uevent uevent)
{
    public DirectoryType Build() => new(
        uevent.WriteOnly("/module/memory_hotplug", "module"),
        Dir("parameters",
            Rw("auto_movable_numa_aware", (_, text) => Show(text, machine.OnlinePolicy.IsNumaAware ? "Y" : "N"), StoreNumaAware),
            Rw("auto_movable_ratio", (_, text) => Show(text, machine.OnlinePolicy.RatioPercent.ToString()), StoreRatio),
            Ro("memmap_on_memory", (_, text) => Show(text, machine.Config.MemmapOnMemory ? "Y" : "N")),
            Rw("online_policy", (_, text) => Show(text, OnlinePolicySettings.Words[(int)machine.OnlinePolicy.Kind]), StorePolicy)));

    private static Result Show(TextBuffer text, string value)
    {
        text.Append(value).Append('\n');
        return Result.Ok;
    }

    private Result<int> StorePolicy(int obj, ReadOnlySpan<byte> text)
    {
        for (var kind = 0; kind < OnlinePolicySettings.Words.Count; kind++)
        {
            if (!KernelText.Equal(text, Encoding.ASCII.GetBytes(OnlinePolicySettings.Words[kind])))
                continue;
            machine.OnlinePolicy = machine.OnlinePolicy with { Kind = (OnlinePolicyKind)kind };
            return text.Length;
        }
        machine.Log($"online_policy: {StateGrammar.Quote(text)} refused: not one of {string.Join(", ", OnlinePolicySettings.Words)}");
        return Errno.EINVAL;
    }

    private Result<int> StoreRatio(int obj, ReadOnlySpan<byte> text)
    {
        var ratio = KernelText.ParseUnsigned(text);
        var error = ratio.IsOk ? Errno.ERANGE : ratio.Error;
        if (ratio.IsOk && ratio.Value <= uint.MaxValue)
        {
            machine.OnlinePolicy = machine.OnlinePolicy with { RatioPercent = (uint)ratio.Value };
            return text.Length;
        }
        machine.Log($"auto_movable_ratio: {StateGrammar.Quote(text)} refused: not a number of at most 32 bits (decimal, 0x hexadecimal or 0 octal)");
        return error;
    }

    private Result<int> StoreNumaAware(int obj, ReadOnlySpan<byte> text)
    {
        var value = KernelText.ParseBool(text, machine.Profile.BoolKnowsTrueAndFalse);
        if (!value.IsOk)
        {
            machine.Log($"auto_movable_numa_aware: {StateGrammar.Quote(text)} refused: does not begin like a truth value (1, 0, y, n, t, f, on, off)");
            return value.Error;
        }
        machine.OnlinePolicy = machine.OnlinePolicy with { IsNumaAware = value.Value };
        return text.Length;
    }
}
