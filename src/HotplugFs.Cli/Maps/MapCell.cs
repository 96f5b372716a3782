using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Maps;

/// <summary>What a map shows in one place: a block or, of large machines, a group of consecutive blocks.</summary>
internal sealed class MapCell
{
    private readonly long[] _used = new long[PageKinds.Count];

    /// <summary>The number of its first block that is present.</summary>
    public int First { get; private set; } = -1;

    /// <summary>The number of its last block that is present.</summary>
    public int Last { get; private set; }

    /// <summary>Number of its blocks that are online or going offline.</summary>
    public int Online { get; private set; }

    /// <summary>Number of its blocks that are going offline.</summary>
    public int GoingOffline { get; private set; }

    /// <summary>Number of its blocks that are offline.</summary>
    public int Offline { get; private set; }

    /// <summary>The zones of its online blocks.</summary>
    public ZoneSet OnlineZones { get; private set; }

    /// <summary>The zones of all its blocks, also those that offline blocks remember.</summary>
    public ZoneSet Zones { get; private set; }

    /// <summary>The zones that its offline blocks may become, the default first.</summary>
    public List<ZoneType> MayBecome { get; } = [];

    /// <summary>Number of pages that its online blocks have.</summary>
    public long Pages { get; private set; }

    /// <summary>Number of pages in use.</summary>
    public long UsedPages { get; private set; }

    /// <summary>True if the kernel uses pages of it that are not counted.</summary>
    public bool HasKernelPages { get; private set; }

    /// <summary>The DIMM or the virtio-mem device of its blocks; null if they have none, or several.</summary>
    public string? Device { get; private set; }

    /// <summary>True if all its blocks are in kernel zones.</summary>
    public bool IsKernel => Zones != default && !Zones.Has(ZoneType.Movable);

    /// <summary>True if all its blocks are in zone Movable.</summary>
    public bool IsMovable => Zones == (ZoneSet)ZoneType.Movable;

    /// <summary>Number of pages of a kind.</summary>
    public long Used(PageKind kind) => _used[(int)kind];

    /// <summary>
    /// What its used pages hold: a kind that keeps the block online if there is one, else the most frequent kind; null if no page is used.
    /// </summary>
    public PageKind? Use
    {
        get
        {
            if (HasKernelPages)
                return PageKind.Kernel;
            foreach (var kind in (ReadOnlySpan<PageKind>)[PageKind.Kernel, PageKind.Pinned])
                if (Used(kind) > 0)
                    return kind;
            return UsedPages == 0 ? null : (PageKind)_used.Index().MaxBy(use => use.Item).Index;
        }
    }

    /// <summary>Adds blocks of a run.</summary>
    public void Add(BlockRun run, int first, int count)
    {
        Device = First < 0 || Device == (run.Dimm ?? run.VirtioMem) ? run.Dimm ?? run.VirtioMem : null;
        First = First < 0 ? first : First;
        Last = first + count - 1;
        Zones = Zones.With(run.Zones);
        HasKernelPages |= run.HasKernelPages;
        if (run.State == MemoryBlockState.Offline)
        {
            Offline += count;
            MayBecome.AddRange(run.ValidZones.Except(MayBecome));
            return;
        }
        Online += count;
        GoingOffline += run.State == MemoryBlockState.GoingOffline ? count : 0;
        OnlineZones = OnlineZones.With(run.Zones);
        Pages += count * run.Pages;
        foreach (var (kind, pages) in run.Used)
        {
            _used[(int)kind] += count * pages;
            UsedPages += count * pages;
        }
    }
}
