using System.Collections;

namespace HotplugFs.Engine.Pages;

/// <summary>
/// The loads of a machine, enumerated in the order of their start: what its programs and its kernel use of the memory. A load has no
/// behavior; it has pages. Source: docs/kernels.md, "Where memory lands".
/// </summary>
public sealed class Loads : IEnumerable<Load>
{
    /// <summary>The most times that a load may churn, so that a request does not take longer than a second.</summary>
    public const int ChurnMax = 1000;

    private readonly PageAllocator _allocator;
    private readonly HugePageSizes _hugePages;
    private readonly PhysicalMemory _memory;
    private readonly KernelLog _log;
    private readonly TransparentHugePages _transparent;
    private readonly OrderedDictionary<string, Load> _byId = [];
    private readonly SortedList<int, Load> _byIndex = [];
    private int _starts;

    /// <summary>How often a state was restored, which is the generation of loads that are started now.</summary>
    private uint _generation;

    internal Loads(PhysicalMemory memory, PageAllocator allocator, HugePageSizes hugePages, TransparentHugePages transparent, KernelLog log) =>
        (_memory, _allocator, _hugePages, _transparent, _log) = (memory, allocator, hugePages, transparent, log);

    /// <summary>Raised after a load was started.</summary>
    internal event Action<Load>? Started;

    /// <summary>Raised after a load was stopped.</summary>
    internal event Action<Load>? Stopped;

    /// <summary>Number of loads.</summary>
    public int Count => _byId.Count;

    /// <summary>Finds a load by its index.</summary>
    /// <returns>The load, or null if it was stopped or never existed.</returns>
    public Load? At(int index) => _byIndex.GetValueOrDefault(index);

    /// <summary>Returns the lowest index in use that is at least <paramref name="from"/>, or -1.</summary>
    public int NextIndex(int from)
    {
        foreach (var index in _byIndex.Keys)
            if (index >= from)
                return index;
        return -1;
    }

    /// <summary>Finds a load by its name.</summary>
    /// <returns>The load, or null if no load has this name.</returns>
    public Load? Find(string id) => _byId.GetValueOrDefault(id);

    /// <inheritdoc/>
    public IEnumerator<Load> GetEnumerator() => _byId.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Starts a load and allocates all its pages.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="bytes">Its size; a part of a page counts as a page.</param>
    /// <returns>
    /// The load; EEXIST if the name is taken; EINVAL if the size is negative or the node is offline; ENOMEM if the memory is not there,
    /// and then nothing is allocated.
    /// </returns>
    public Result<Load> Start(string id, PageKind kind, long bytes, LoadPlacement placement)
    {
        if (_byId.ContainsKey(id))
            return Refuse(id, Errno.EEXIST, RefusalRule.Taken, "the name is taken");
        if (!placement.Node.Online)
            return Refuse(id, Errno.EINVAL, RefusalRule.MemoryOffline, $"node {placement.Node.Number} is offline");
        if (PagesPerUnit(kind, placement) is not (> 0 and var unit))
            return Refuse(id, Errno.EINVAL, RefusalRule.NotFound, NoHugePages(kind, placement.HugePageKiB));
        var owner = _allocator.AddOwner(kind, placement, pagesPerUnit: unit);
        var load = NewLoad(id, kind, placement, owner, sizeBytes: 0);
        return Resize(load, bytes).Failed(out var error) ? Forget(load, error) : Add(load);
    }

    /// <summary>Starts a load whose pages are at known places.</summary>
    /// <param name="node">The node of its policy, which may be offline: its pages were moved away then.</param>
    /// <returns>The load; ENOMEM if its pages are not all free.</returns>
    internal Result<Load> Restore(LoadDefinition definition, NumaNode node)
    {
        var (kind, placement) = (definition.Kind, new LoadPlacement(node, definition.Policy) { HugePageKiB = definition.HugePageKiB });
        if (PagesPerUnit(kind, placement) is not (> 0 and var unit))
            return Refuse(definition.Id, Errno.EINVAL, RefusalRule.NotFound, NoHugePages(kind, definition.HugePageKiB));
        var owner = _allocator.AddOwner(kind, placement, pagesPerUnit: unit);
        var load = NewLoad(definition.Id, kind, placement, owner, definition.SizeBytes);
        var restored = _allocator.Restore(owner, definition.Places.Where(place => load.SinglePages is null || place.HugePageKiB > 0));
        if (restored.IsOk && load.SinglePages is { } single)
            restored = _allocator.Restore(single, definition.Places.Where(place => place.HugePageKiB == 0));
        if (!restored.IsOk || kind.IsHuge() && !_hugePages.Gigantic.AreWhole(load.Owner))
            return Forget(load, Refuse(load.Id, Errno.ENOMEM, RefusalRule.Taken, "the pages that the machine lists for it are not all free"));
        return Add(load);
    }

    private Load NewLoad(string id, PageKind kind, LoadPlacement placement, PageOwner owner, long sizeBytes) =>
        new(_starts, id, kind, placement, owner, _allocator.SinglePagesOf(owner), _memory.PageSizeBytes)
        {
            SizeBytes = sizeBytes,
            Generation = _generation,
        };

    /// <summary>Pages in each huge page of a load; 1 for loads without, and 0 if the machine has no huge pages of the size.</summary>
    private int PagesPerUnit(PageKind kind, LoadPlacement placement) => kind switch
    {
        PageKind.Thp => _transparent.PagesPerUnit,
        _ => kind.IsHuge() ? _hugePages.Find(placement.HugePageKiB)?.PagesPerUnit ?? 0 : 1,
    };

    private string NoHugePages(PageKind kind, int sizeKiB) => kind == PageKind.Thp
        ? "the kernel has no transparent huge pages"
        : $"the machine has no huge pages of {sizeKiB} KiB ({string.Join(", ", _hugePages.Select(pools => pools.SizeKiB))})";

    private Load Add(Load load)
    {
        _byId.Add(load.Id, load);
        _byIndex.Add(_starts++, load);
        Started?.Invoke(load);
        return load;
    }

    private Errno Forget(Load load, Errno error)
    {
        _allocator.RemoveOwner(load.Owner);
        return error;
    }

    /// <summary>Changes the size of a load. It grows by its policy, and gives back first what it got last.</summary>
    /// <param name="bytes">The new size; a part of a page counts as a page.</param>
    /// <returns>Success; EINVAL if the size is negative; ENOMEM if the memory is not there, and then nothing changes.</returns>
    public Result Resize(Load load, long bytes)
    {
        if (bytes < 0)
            return Refuse(load.Id, Errno.EINVAL, RefusalRule.OutOfRange, $"a size cannot be {bytes}");
        var unit = load.Kind.IsHuge() ? load.Owner.PagesPerUnit : 1;
        var unitBytes = (long)unit * _memory.PageSizeBytes;
        var pages = bytes / unitBytes * unit + (bytes % unitBytes > 0 ? unit : 0);
        var more = pages - load.Pages;
        var single = load.SinglePages?.Pages ?? 0;
        var found = more <= 0 ? 0 : load.Kind.IsHuge() ? _hugePages.Of(load.Owner).Take(load.Owner, more, load.Placement.Node) : Allocate(load, more);
        if (found < more)
        {
            GiveBackNew(load, found, (load.SinglePages?.Pages ?? 0) - single);
            return Refuse(load.Id, Errno.ENOMEM, RefusalRule.NotEnoughMemory, WhatIsFree(load, more));
        }
        GiveBack(load, Math.Max(-more, 0));
        load.SizeBytes = bytes;
        return Result.Ok;
    }

    private void GiveBack(Load load, long pages)
    {
        if (load.Kind.IsHuge())
            _hugePages.Of(load.Owner).Return(load.Owner, pages);
        else if (load.SinglePages is { } single)
            GiveBackTransparent(load.Owner, single, pages);
        else
            _allocator.Free(load.Owner, pages);
    }

    /// <summary>Frees what a load got last, so that it has what it had before.</summary>
    /// <param name="single">How many of the pages are single pages beside transparent huge pages.</param>
    private void GiveBackNew(Load load, long pages, long single)
    {
        if (load.SinglePages is null)
        {
            GiveBack(load, pages);
            return;
        }
        _allocator.Free(load.SinglePages, single);
        _allocator.Free(load.Owner, pages - single);
    }

    /// <summary>Frees single pages first, and then huge pages, of which the last one is divided if not all of it is freed.</summary>
    private void GiveBackTransparent(PageOwner owner, PageOwner single, long pages)
    {
        var left = pages - Math.Min(pages, single.Pages);
        _allocator.Free(single, pages - left);
        _allocator.Free(owner, left / owner.PagesPerUnit * owner.PagesPerUnit);
        if (left % owner.PagesPerUnit is not (> 0 and var rest))
            return;
        var place = owner.Places[^1].Key;
        _transparent.Divide(place, owner, owner.PagesPerUnit);
        _allocator.Free(single, rest);
    }

    /// <summary>Ends a load and frees its pages.</summary>
    public void Stop(Load load)
    {
        GiveBack(load, load.Pages);
        _allocator.RemoveOwner(load.Owner);
        _byId.Remove(load.Id);
        _byIndex.Remove(load.Index);
        Stopped?.Invoke(load);
    }

    /// <summary>
    /// Frees a quarter of the pages of a load at random and allocates as many, several times, so that free memory is scattered. Its
    /// transparent huge pages are divided before, as the kernel divides one that is freed in part.
    /// </summary>
    /// <param name="seed">The same seed on the same machine gives the same pages.</param>
    public void Churn(Load load, int times, int seed)
    {
        const uint Quarter = 4;
        var random = new SplitMix64((ulong)seed);
        foreach (var (place, pages) in times > 0 && load.SinglePages is not null ? load.Owner.Places.ToArray() : [])
            _transparent.Divide(place, load.Owner, pages);
        var owner = load.SinglePages ?? load.Owner;
        for (var i = 0; i < times && !load.Kind.IsHuge(); i++)
            Allocate(load, owner, _allocator.FreeAtRandom(owner, Quarter, ref random));
    }

    /// <summary>Allocates pages of a load; of transparent huge pages as many as have room, and single pages for the rest.</summary>
    private long Allocate(Load load, long count)
    {
        if (load.SinglePages is not { } single)
            return Allocate(load, load.Owner, count);
        var found = Allocate(load, load.Owner, count / load.Owner.PagesPerUnit * load.Owner.PagesPerUnit);
        _transparent.Allocated += found / load.Owner.PagesPerUnit;
        return found + Allocate(load, single, count - found);
    }

    /// <summary>Allocates by the policy of the load: above the <c>low</c> marks first, then above <c>min</c>.</summary>
    private long Allocate(Load load, PageOwner owner, long count)
    {
        var (node, policy) = load.Placement;
        var highest = load.Kind == PageKind.Kernel || load.Placement.AvoidsMovable ? _memory.ZoneBelowMovable : ZoneType.Movable;
        if (policy == MemoryPolicy.Interleave)
            return Interleave(owner, count, node, highest);
        var zones = ZonesFor(load, node, highest);
        var found = _allocator.Allocate(owner, count, zones, highest, AllocationDepth.Low);
        return found + _allocator.Allocate(owner, count - found, zones, highest, AllocationDepth.Min);
    }

    /// <summary>A policy that names no zone of the kernel does not bind the kernel.</summary>
    private List<Zone> ZonesFor(Load load, NumaNode node, ZoneType highest)
    {
        List<Zone> own = [.. PageAllocator.ZonesOf(node, highest)];
        return load.Placement.Policy == MemoryPolicy.Bind && own.Count > 0 ? own : [.. _allocator.ZoneList(node, highest)];
    }

    private long Interleave(PageOwner owner, long count, NumaNode node, ZoneType highest)
    {
        List<NumaNode> nodes = [node, .. _allocator.OtherNodes(node)];
        var found = 0L;
        for (var i = 0; i < nodes.Count; i++)
        {
            List<Zone> zones = [.. _allocator.ZoneList(nodes[i], highest)];
            var wanted = (count - found) / owner.PagesPerUnit / (nodes.Count - i) * owner.PagesPerUnit;
            var some = _allocator.Allocate(owner, wanted, zones, highest, AllocationDepth.Low);
            found += some + _allocator.Allocate(owner, wanted - some, zones, highest, AllocationDepth.Min);
        }
        return found;
    }

    private string WhatIsFree(Load load, long more)
    {
        if (load.Kind.IsHuge())
            return $"{more / load.Owner.PagesPerUnit} more huge pages are not free; nr_hugepages sets how many there are";
        var zones = _memory.PossibleNodes.SelectMany(node => node.Zones).Where(zone => zone.ManagedPages > 0)
            .Select(zone => $"{zone.FreePages * 4} KiB in {zone}");
        return $"{more * 4} KiB more do not fit; free are {string.Join(", ", zones)}, and each zone keeps some back";
    }

    private Errno Refuse(string id, Errno error, RefusalRule rule, string reason)
    {
        _log.AddRefusal(rule, $"load {id}:", reason);
        return error;
    }

    /// <summary>Passes the loads through a stream. One that was stopped since it was written gets a new generation.</summary>
    internal void Transfer(StateStream state)
    {
        _generation += state.IsReading ? 1u : 0;
        _starts = state.Number(_starts);
        var loads = state.List([.. this], load => Transfer(state, load));
        if (!state.IsReading)
            return;
        _byId.Clear();
        _byIndex.Clear();
        foreach (var load in loads)
        {
            _byId.Add(load.Id, load);
            _byIndex.Add(load.Index, load);
        }
    }

    private Load Transfer(StateStream state, Load? load)
    {
        var (index, generation) = (state.Number(load?.Index ?? 0), state.Number(load?.Generation ?? 0));
        var (id, kind) = (state.Text(load?.Id ?? ""), (PageKind)state.Number((int)(load?.Kind ?? default)));
        var placement = new LoadPlacement(
            _memory.TransferNode(state, load?.Placement.Node)!, (MemoryPolicy)state.Number((int)(load?.Placement.Policy ?? default)))
        {
            AvoidsMovable = state.Flag(load?.Placement.AvoidsMovable ?? false),
            HugePageKiB = state.Number(load?.Placement.HugePageKiB ?? 0),
        };
        var owner = _allocator.TransferOwner(state, load?.Owner)!;
        return new Load(index, id, kind, placement, owner, _allocator.SinglePagesOf(owner), _memory.PageSizeBytes)
        {
            SizeBytes = state.Number(load?.SizeBytes ?? 0),
            Generation = At(index)?.Generation == generation ? generation : _generation,
        };
    }
}
