using System.Collections;
using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine.Pages;

/// <summary>The pools of huge pages of each size that the machine has, ascending by size.</summary>
public sealed class HugePageSizes : IReadOnlyList<HugePagePools>
{
    private readonly HugePagePools[] _pools;

    internal HugePageSizes(PhysicalMemory memory, IReadOnlyList<int> sizesKiB, PageAllocator allocator, Compaction compaction, PageRules rules)
    {
        var gigantic = new GiganticPages(memory, allocator);
        var usual = memory.HugePageKiB;
        var sizes = new SortedSet<int>(sizesKiB) { usual };
        _pools = new HugePagePools[sizes.Count];
        var index = 0;
        foreach (var size in sizes)
            _pools[index++] = new HugePagePools(memory, allocator, compaction, rules, gigantic, size);
        Default = Find(usual)!;
        Gigantic = gigantic;
    }

    /// <summary>The pools of the default size, which <c>/proc/meminfo</c> and <c>/proc/sys/vm/nr_hugepages</c> count.</summary>
    public HugePagePools Default { get; }

    /// <inheritdoc/>
    public int Count => _pools.Length;

    /// <inheritdoc/>
    public HugePagePools this[int index] => _pools[index];

    internal GiganticPages Gigantic { get; }

    /// <summary>Finds the pools of a size.</summary>
    /// <param name="sizeKiB">The size of a huge page in KiB; 0 for the default size.</param>
    /// <returns>The pools, or null if the machine has no such size.</returns>
    public HugePagePools? Find(int sizeKiB) => sizeKiB == 0 ? Default : Array.Find(_pools, pools => pools.SizeKiB == sizeKiB);

    /// <inheritdoc/>
    public IEnumerator<HugePagePools> GetEnumerator() => ((IEnumerable<HugePagePools>)_pools).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The pools that a huge page of an owner belongs to.</summary>
    internal HugePagePools Of(PageOwner owner) => Array.Find(_pools, pools => pools.PagesPerUnit == owner.PagesPerUnit)!;

    /// <summary>Passes the pools through a stream.</summary>
    internal void Transfer(StateStream state)
    {
        foreach (var pools in _pools)
            pools.Transfer(state);
    }
}
