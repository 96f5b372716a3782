namespace HotplugFs.Kernfs;

/// <summary>
/// The number of a node, computed from what the node is. No table has an entry per file, however many objects a machine has. From the top,
/// the number packs the kind (8 bits: a directory or set of links of the tree's description), the entry (6 bits: 0 for the directory or
/// link itself, n for its n-th fixed entry), the generation (24 bits) and the object (26 bits). An object that is removed and added again
/// gets another generation, so numbers are not reused. Kinds start at 1, so no number is 0 or 1, which have special meanings in FUSE.
/// </summary>
/// <param name="Value">The packed number, which is also the inode number.</param>
public readonly record struct NodeId(ulong Value)
{
    /// <summary>The numbers of objects are less than this.</summary>
    public const int ObjectLimit = 1 << ObjectBits;

    /// <summary>The maximum number of fixed entries of a directory.</summary>
    public const int EntryLimit = (1 << EntryBits) - 1;

    /// <summary>The maximum number of directories and sets of links of a tree's description.</summary>
    public const int KindLimit = (1 << KindBits) - 1;

    private const int ObjectBits = 26;
    private const int GenerationBits = 24;
    private const int EntryBits = 6;
    private const int KindBits = 8;
    private const int GenerationShift = ObjectBits;
    private const int EntryShift = GenerationShift + GenerationBits;
    private const int KindShift = EntryShift + EntryBits;
    private const uint GenerationMask = (1u << GenerationBits) - 1;

    /// <summary>Packs a number.</summary>
    /// <param name="kind">1 to 255.</param>
    /// <param name="entry">0 for the directory or link itself, n for its n-th fixed entry.</param>
    /// <param name="generation">The low 24 bits are used.</param>
    public NodeId(int kind, int entry, uint generation, int obj)
        : this(((ulong)(byte)kind << KindShift)
            | ((ulong)(uint)(entry & EntryLimit) << EntryShift)
            | ((ulong)(generation & GenerationMask) << GenerationShift)
            | ((uint)obj & (ObjectLimit - 1)))
    {
    }

    /// <summary>The number of the directory or set of links in the tree's description; never 0 in the number of a node.</summary>
    public int Kind => (int)(Value >> KindShift);

    /// <summary>0 for the directory or link itself, n for its n-th fixed entry.</summary>
    public int Entry => (int)(Value >> EntryShift) & EntryLimit;

    /// <summary>The low 24 bits of the object's generation.</summary>
    public uint Generation => (uint)(Value >> GenerationShift) & GenerationMask;

    /// <summary>The object's number, for example that of a memory block.</summary>
    public int Object => (int)(Value & (ObjectLimit - 1));

    /// <summary>True if this number has the given generation of an object, of which it keeps the low 24 bits.</summary>
    public bool IsGeneration(uint generation) => (generation & GenerationMask) == Generation;

    /// <summary>The n-th fixed entry of this directory, counted from 1.</summary>
    internal NodeId WithEntry(int entry) => new(Kind, entry, Generation, Object);

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}.{Entry}#{Object}/{Generation}";
}
