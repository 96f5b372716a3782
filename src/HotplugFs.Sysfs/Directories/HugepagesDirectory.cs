using HotplugFs.Engine.Pages;
using HotplugFs.Sysfs.Profiles;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// The reserved huge pages: <c>nodeN/hugepages</c>, whose object is the number of the node, and <c>/sys/kernel/mm/hugepages</c> for the
/// machine. The simulation has no reservations, so that file is 0. Pages of other sizes than 2 MiB cannot be had: there are always 0 of them.
/// </summary>
internal sealed class HugepagesDirectory(Machine machine, SysfsProfile profile)
{
    private const int PooledKiB = 2048;

    /// <summary>The name of the directory. Some kernels have it only while the node has memory online.</summary>
    public const string Name = "hugepages";

    /// <summary>Builds the directory of a node.</summary>
    public DirectoryType Build() => new([.. machine.Config.HugePageSizes.Select(size => Dir($"hugepages-{size}kB", OfNode(size)))]);

    /// <summary>Builds <c>/sys/kernel/mm/hugepages</c>, whose files count the pages of all nodes.</summary>
    public DirectoryType BuildOfMachine() => new([.. machine.Config.HugePageSizes.Select(size => Dir($"hugepages-{size}kB", OfMachine(size)))]);

    private DirectoryType OfNode(int size) => size != PooledKiB
        ? new DirectoryType([.. DemoteFiles(size), Ro("free_hugepages", "0"), Rw("nr_hugepages", ShowNone, StoreNone), Ro("surplus_hugepages", "0")])
        : new DirectoryType(
        [
            .. DemoteFiles(size),
            Ro("free_hugepages", (node, text) => text.Append(machine.HugePages.Free(Node(node)))),
            Rw("nr_hugepages", (node, text) => text.Append(machine.HugePages.Total(Node(node))), StoreOfNode),
            Ro("surplus_hugepages", (node, text) => text.Append(machine.HugePages.Surplus(Node(node)))),
        ]);

    private DirectoryType OfMachine(int size) => size != PooledKiB
        ? new DirectoryType(
        [
            .. DemoteFiles(size), Ro("free_hugepages", "0"),
            Rw("nr_hugepages", ShowNone, StoreNone), Rw("nr_hugepages_mempolicy", ShowNone, StoreNone),
            Rw("nr_overcommit_hugepages", ShowNone, StoreNone),
            Ro("resv_hugepages", "0"), Ro("surplus_hugepages", "0"),
        ])
        : new DirectoryType(
        [
            .. DemoteFiles(size),
            Ro("free_hugepages", (_, text) => text.Append(machine.HugePages.AllFree)),
            Rw("nr_hugepages", ShowAll, StoreAll),
            Rw("nr_hugepages_mempolicy", ShowAll, StoreAll),
            Rw("nr_overcommit_hugepages", (_, text) => text.Append(machine.HugePages.Overcommit), StoreOvercommit),
            Ro("resv_hugepages", "0"),
            Ro("surplus_hugepages", (_, text) => text.Append(machine.HugePages.AllSurplus)),
        ]);

    /// <summary>The files that split huge pages into those of the next smaller size, which the smallest size does not have.</summary>
    private Entry[] DemoteFiles(int size) => !profile.DemotesHugePages ||
        machine.Config.HugePageSizes.Where(other => other < size).ToArray() is not [_, ..] smaller
        ? []
        : [Wo("demote", (_, text) => text.Length),
            Rw("demote_size", (_, text) => text.Append(smaller.Max()).Append("kB"u8), (_, text) => text.Length)];

    private static void ShowNone(int obj, TextBuffer text) => text.Append('0');

    private static Result<int> StoreNone(int obj, ReadOnlySpan<byte> text) => Store(text, _ => { });

    private void ShowAll(int obj, TextBuffer text) => text.Append(machine.HugePages.All);

    /// <summary>Sets the number of huge pages of the machine; the nodes share them.</summary>
    public Result<int> StoreAll(int obj, ReadOnlySpan<byte> text) => Store(text, machine.HugePages.ResizeAll);

    /// <summary>Sets how many surplus huge pages the machine may have.</summary>
    public Result<int> StoreOvercommit(int obj, ReadOnlySpan<byte> text)
    {
        if (!KernelText.ParseUnsigned(text).TryGet(out var value, out var error))
            return error;
        if (value > int.MaxValue)
            return Errno.EINVAL;
        machine.HugePages.Overcommit = (int)value;
        return text.Length;
    }

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
