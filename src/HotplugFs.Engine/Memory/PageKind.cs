namespace HotplugFs.Engine.Memory;

/// <summary>
/// What a page in use holds. The kind decides whether the page may be in zone Movable and whether it can be moved.
/// Source: docs/kernels.md, "Memory in use".
/// </summary>
public enum PageKind : byte
{
    /// <summary>Anonymous memory of a program.</summary>
    Anon,

    /// <summary>The page cache of a file on a file system.</summary>
    File,

    /// <summary>Shared memory: tmpfs files, SysV and anonymous shared memory.</summary>
    Shmem,

    /// <summary>Anonymous memory that is locked (mlock). It can be moved all the same.</summary>
    Mlocked,

    /// <summary>Huge pages of the node's pool that a program uses (hugetlbfs).</summary>
    Hugetlb,

    /// <summary>Memory of the kernel itself, which cannot be moved: slab, page tables, pipe buffers, the page descriptors of added memory.</summary>
    Kernel,

    /// <summary>Anonymous memory that is pinned for a short time (vmsplice). It may be in zone Movable and cannot be moved.</summary>
    Pinned,

    /// <summary>Anonymous memory of a program in transparent huge pages, each of which is a pageblock.</summary>
    Thp,

    /// <summary>Huge pages of a node's pool that no program uses.</summary>
    HugetlbFree,

    /// <summary>Pages that are retired because of a hardware error.</summary>
    Poisoned,
}

/// <summary>Properties of the kinds of pages.</summary>
public static class PageKinds
{
    /// <summary>Number of kinds.</summary>
    public const int Count = 10;

    private static readonly string[] AllNames =
        ["anon", "file", "shmem", "mlocked", "hugetlb", "kernel", "pinned", "thp", "hugetlb_free", "retired"];

    private static readonly string[] NamesOfLoads = AllNames[..(int)PageKind.HugetlbFree];

    /// <summary>The kinds in the order of the enum, as <c>hotplugfs/blocks</c> names them.</summary>
    public static IReadOnlyList<string> Names => AllNames;

    /// <summary>The kinds that a load can have, as users write them.</summary>
    public static IReadOnlyList<string> LoadKinds => NamesOfLoads;

    /// <summary>Returns the word of a kind in <c>hotplugfs/blocks</c>.</summary>
    public static string Name(this PageKind kind) => AllNames[(int)kind];

    /// <summary>Finds a kind that a load can have by its name.</summary>
    public static bool TryParse(string name, out PageKind kind)
    {
        var index = Array.IndexOf(NamesOfLoads, name);
        kind = (PageKind)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>The type of the pageblocks that the pages prefer.</summary>
    public static MigrateType Type(this PageKind kind) => kind == PageKind.Kernel ? MigrateType.Unmovable : MigrateType.Movable;

    /// <summary>True if the pages can be moved.</summary>
    public static bool IsMovable(this PageKind kind) => kind is not (PageKind.Kernel or PageKind.Pinned or PageKind.Poisoned);

    /// <summary>True for huge pages of a pool, which are allocated and moved in pieces of a pageblock.</summary>
    public static bool IsHuge(this PageKind kind) => kind is PageKind.Hugetlb or PageKind.HugetlbFree;
}
