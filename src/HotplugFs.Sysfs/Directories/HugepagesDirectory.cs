using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary><c>nodeN/hugepages</c>: the reserved huge pages of a node. The object is the number of the node.</summary>
internal sealed class HugepagesDirectory(MemoryStatistics memory)
{
    /// <summary>The name of the directory. Some kernels have it only while the node has memory online.</summary>
    public const string Name = "hugepages";

    public DirectoryType Build() => new(
        Dir("hugepages-2048kB",
            Ro("free_hugepages", AppendCount),
            Rw("nr_hugepages", AppendCount, StoreCount),
            Ro("surplus_hugepages", "0")));

    private void AppendCount(int node, TextBuffer text) => text.Append(memory.HugePages(node));

    private Result<int> StoreCount(int node, ReadOnlySpan<byte> text)
    {
        if (!KernelText.ParseUnsigned(text).TryGet(out var count, out var error))
            return error;
        memory.ReserveHugePages(node, count);
        return text.Length;
    }
}
