using HotplugFs.Engine.Pages;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// The reserved huge pages: <c>nodeN/hugepages</c>, whose object is the number of the node, and <c>/sys/kernel/mm/hugepages</c> for the
/// machine. The simulation has no reservations, so that file is 0.
/// </summary>
internal sealed class HugepagesDirectory(Machine machine)
{
    /// <summary>The name of the directory. Some kernels have it only while the node has memory online.</summary>
    public const string Name = "hugepages";

    /// <summary>The name of the directory of huge pages of 2 MiB.</summary>
    private const string Size = "hugepages-2048kB";

    /// <summary>Builds the directory of a node.</summary>
    public DirectoryType Build() => new(
        Dir(Size,
            Ro("free_hugepages", (node, text) => text.Append(machine.HugePages.Free(Node(node)))),
            Rw("nr_hugepages", (node, text) => text.Append(machine.HugePages.Total(Node(node))), StoreOfNode),
            Ro("surplus_hugepages", (node, text) => text.Append(machine.HugePages.Surplus(Node(node))))));

    /// <summary>Builds <c>/sys/kernel/mm/hugepages</c>, whose files count the pages of all nodes.</summary>
    public DirectoryType BuildOfMachine() => new(
        Dir(Size,
            Ro("free_hugepages", (_, text) => text.Append(machine.HugePages.AllFree)),
            Rw("nr_hugepages", ShowAll, StoreAll),
            Rw("nr_hugepages_mempolicy", ShowAll, StoreAll),
            Ro("resv_hugepages", "0"),
            Ro("surplus_hugepages", (_, text) => text.Append(machine.HugePages.AllSurplus))));

    private void ShowAll(int obj, TextBuffer text) => text.Append(machine.HugePages.All);

    /// <summary>Sets the number of huge pages of the machine; the nodes share them.</summary>
    public Result<int> StoreAll(int obj, ReadOnlySpan<byte> text) => Store(text, machine.HugePages.ResizeAll);

    private NumaNode Node(int number) => machine.FindNode(number)!;

    private Result<int> StoreOfNode(int node, ReadOnlySpan<byte> text) => Store(text, count => machine.HugePages.Resize(Node(node), count));

    private static Result<int> Store(ReadOnlySpan<byte> text, Action<long> resize)
    {
        if (!KernelText.ParseUnsigned(text).TryGet(out var count, out var error))
            return error;
        resize((long)Math.Min(count, (ulong)(long.MaxValue / FreeLists.PagesPerPageblock)));
        return text.Length;
    }
}
