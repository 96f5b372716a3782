using HotplugFs.Engine.Pages;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary><c>nodeN/hugepages</c>: the reserved huge pages of a node. The object is the number of the node.</summary>
internal sealed class HugepagesDirectory(Machine machine)
{
    /// <summary>The name of the directory. Some kernels have it only while the node has memory online.</summary>
    public const string Name = "hugepages";

    public DirectoryType Build() => new(
        Dir("hugepages-2048kB",
            Ro("free_hugepages", (node, text) => text.Append(machine.HugePages.Free(Node(node)))),
            Rw("nr_hugepages", (node, text) => text.Append(machine.HugePages.Total(Node(node))), StoreCount),
            Ro("surplus_hugepages", "0")));

    private NumaNode Node(int number) => machine.FindNode(number)!;

    private Result<int> StoreCount(int node, ReadOnlySpan<byte> text)
    {
        if (!KernelText.ParseUnsigned(text).TryGet(out var count, out var error))
            return error;
        machine.HugePages.Resize(Node(node), (long)Math.Min(count, (ulong)(long.MaxValue / FreeLists.PagesPerPageblock)));
        return text.Length;
    }
}
