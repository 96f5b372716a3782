using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>The files of <c>/proc/sys/vm</c> that act on the machine's memory (vm.rst of the kernel's documentation).</summary>
internal sealed class SysctlFiles(Machine machine, HugepagesDirectory hugepages)
{
    public DirectoryType Build() => new(
        Text("compact_memory", null, Compact, ModeBits.Mode0200),
        Text("nr_hugepages", ShowHugepages, hugepages.StoreAll, ModeBits.Mode0644));

    /// <summary>Compacts all zones, whatever is written.</summary>
    private Result<int> Compact(int obj, ReadOnlySpan<byte> text)
    {
        foreach (var node in machine.PossibleNodes)
            machine.Compaction.Run(node);
        return text.Length;
    }

    private Result ShowHugepages(int obj, TextBuffer text)
    {
        hugepages.ShowAll(obj, text);
        text.Append('\n');
        return Result.Ok;
    }
}
