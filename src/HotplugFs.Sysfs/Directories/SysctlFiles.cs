using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// The files of <c>/proc/sys/vm</c> that act on the machine's memory (vm.rst of the kernel's documentation; docs/kernels.md, "Watermarks and
/// protection", "Huge pages").
/// </summary>
internal sealed class SysctlFiles(Machine machine, HugepagesDirectory hugepages)
{
    public DirectoryType Build() => new(
        Text("compact_memory", null, Compact, ModeBits.Mode0200),
        Number("min_free_kbytes", () => machine.Watermarks.MinFreeKiB, StoreMinFree),
        Number("nr_hugepages", () => machine.HugePages.All, hugepages.StoreAll),
        Number("nr_overcommit_hugepages", () => machine.HugePages.Overcommit, hugepages.StoreOvercommit));

    private static SeqFileEntry Number(string name, Func<long> value, Store store) => Text(
        name,
        (_, text) =>
        {
            text.Append(value()).Append('\n');
            return Result.Ok;
        },
        store,
        ModeBits.Mode0644);

    /// <summary>Compacts all zones, whatever is written.</summary>
    private Result<int> Compact(int obj, ReadOnlySpan<byte> text)
    {
        foreach (var node in machine.PossibleNodes)
            machine.Compaction.Run(node);
        return text.Length;
    }

    /// <summary>Sets the marks of all zones. Some kernels let the write wait while an offline is under way, whatever signal arrives.</summary>
    private Result<int> StoreMinFree(int obj, ReadOnlySpan<byte> text)
    {
        if (!Parse(text).TryGet(out var value, out var error))
            return error;
        if (machine.Rules.Pages.MinFreeWaitsForHotplug && machine.IsHotplugHeldByOther)
            return Errno.EWAITING;
        machine.Watermarks.MinFreeKiB = value;
        return text.Length;
    }

    private static Result<int> Parse(ReadOnlySpan<byte> text)
    {
        if (!KernelText.ParseUnsigned(text).TryGet(out var value, out var error))
            return error;
        return value <= int.MaxValue ? (int)value : Errno.EINVAL;
    }
}
