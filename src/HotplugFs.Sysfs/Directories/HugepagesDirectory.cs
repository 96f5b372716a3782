using HotplugFs.Engine.Pages;
using HotplugFs.Sysfs.Profiles;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// The reserved huge pages of each size: <c>nodeN/hugepages</c>, whose object is the number of the node, and <c>/sys/kernel/mm/hugepages</c>
/// for the machine. The simulation has no reservations, so that file is 0.
/// </summary>
internal sealed class HugepagesDirectory(Machine machine, SysfsProfile profile)
{
    /// <summary>The name of the directory. Some kernels have it only while the node has memory online.</summary>
    public const string Name = "hugepages";

    /// <summary>Builds the directory of a node.</summary>
    public DirectoryType Build() => new([.. machine.Config.HugePageSizes.Select(size => Dir($"hugepages-{size}kB", OfNode(Pools(size))))]);

    /// <summary>Builds <c>/sys/kernel/mm/hugepages</c>, whose files count the pages of all nodes.</summary>
    public DirectoryType BuildOfMachine() =>
        new([.. machine.Config.HugePageSizes.Select(size => Dir($"hugepages-{size}kB", OfMachine(Pools(size))))]);

    private HugePagePools Pools(int size) => machine.AllHugePages.Find(size)!;

    private DirectoryType OfNode(HugePagePools pools) => new(
    [
        .. DemoteFiles(pools, node => [Node(node)]),
        Ro("free_hugepages", (node, text) => text.Append(pools.Free(Node(node)))),
        Rw("nr_hugepages", (node, text) => text.Append(pools.Total(Node(node))), (node, text) =>
            Store(pools, text, count => pools.Resize(Node(node), count))),
        Ro("surplus_hugepages", (node, text) => text.Append(pools.Surplus(Node(node)))),
    ]);

    private DirectoryType OfMachine(HugePagePools pools)
    {
        void ShowAll(int obj, TextBuffer text) => text.Append(pools.All);
        Result<int> StoreAll(int obj, ReadOnlySpan<byte> text) => Store(pools, text, pools.ResizeAll);
        return new DirectoryType(
        [
            .. DemoteFiles(pools, _ => machine.PossibleNodes),
            Ro("free_hugepages", (_, text) => text.Append(pools.AllFree)),
            Rw("nr_hugepages", ShowAll, StoreAll),
            Rw("nr_hugepages_mempolicy", ShowAll, StoreAll),
            Rw("nr_overcommit_hugepages", (_, text) => text.Append(pools.Overcommit), (_, text) => StoreOvercommit(pools, text)),
            Ro("resv_hugepages", "0"),
            Ro("surplus_hugepages", (_, text) => text.Append(pools.AllSurplus)),
        ]);
    }

    /// <summary>The files that split huge pages into smaller ones, which the smallest size does not have.</summary>
    /// <param name="nodes">The nodes of an object.</param>
    private Entry[] DemoteFiles(HugePagePools pools, Func<int, IReadOnlyList<NumaNode>> nodes)
    {
        var largest = machine.Config.HugePageSizes.Where(size => size < pools.SizeKiB).DefaultIfEmpty().Max();
        if (!profile.DemotesHugePages || largest == 0)
            return [];
        int Target() => pools.DemoteSizeKiB > 0 ? pools.DemoteSizeKiB : largest;
        return
        [
            Wo("demote", (obj, text) => StoreDemote(pools, Pools(Target()), nodes(obj), text)),
            Rw("demote_size", (_, text) => text.Append(Target()).Append("kB"u8), (_, text) => StoreDemoteSize(pools, text)),
        ];
    }

    private static Result<int> StoreDemote(HugePagePools pools, HugePagePools smaller, IReadOnlyList<NumaNode> nodes, ReadOnlySpan<byte> text)
    {
        if (!KernelText.ParseUnsigned(text).TryGet(out var value, out var error))
            return error;
        var count = (long)Math.Min(value, long.MaxValue);
        foreach (var node in nodes)
            count -= pools.Demote(node, count, smaller);
        return text.Length;
    }

    /// <summary>Sets the size that <c>demote</c> makes: a size of the machine that is smaller, but not smaller than the default.</summary>
    private Result<int> StoreDemoteSize(HugePagePools pools, ReadOnlySpan<byte> text)
    {
        var bytes = LeadingSize(text);
        var size = machine.Config.HugePageSizes.FirstOrDefault(size => bytes == (long)size << 10);
        if (size < machine.HugePages.SizeKiB || size >= pools.SizeKiB)
            return Errno.EINVAL;
        pools.DemoteSizeKiB = size;
        return text.Length;
    }

    /// <summary>Reads a number with or without K, M or G; the kernel does not look at what follows (memparse).</summary>
    private static long LeadingSize(ReadOnlySpan<byte> text)
    {
        var digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is var end && end < 0 ? text.Length : end;
        var unit = digits < text.Length ? "KMG".IndexOf(char.ToUpperInvariant((char)text[digits]), StringComparison.Ordinal) + 1 : 0;
        return (long)Math.Min(KernelText.LeadingUnsigned(text), uint.MaxValue) << (10 * unit);
    }

    /// <summary>Sets the number of huge pages of the default size; the nodes share them.</summary>
    public Result<int> StoreAll(int obj, ReadOnlySpan<byte> text) => Store(machine.HugePages, text, machine.HugePages.ResizeAll);

    /// <summary>Sets how many surplus huge pages of the default size the machine may have.</summary>
    public Result<int> StoreOvercommit(int obj, ReadOnlySpan<byte> text) => StoreOvercommit(machine.HugePages, text);

    private static Result<int> StoreOvercommit(HugePagePools pools, ReadOnlySpan<byte> text)
    {
        // The kernel makes no gigantic page when a program asks for one.
        if (pools.IsGigantic)
            return Errno.EINVAL;
        if (!KernelText.ParseUnsigned(text).TryGet(out var value, out var error))
            return error;
        if (value > int.MaxValue)
            return Errno.EINVAL;
        pools.Overcommit = (int)value;
        return text.Length;
    }

    private NumaNode Node(int number) => machine.FindNode(number)!;

    private static Result<int> Store(HugePagePools pools, ReadOnlySpan<byte> text, Action<long> resize)
    {
        if (!KernelText.ParseUnsigned(text).TryGet(out var count, out var error))
            return error;
        if (!pools.IsResizable)
            return Errno.EINVAL;
        resize((long)Math.Min(count, (ulong)(long.MaxValue / pools.PagesPerUnit)));
        return text.Length;
    }
}
