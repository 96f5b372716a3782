namespace HotplugFs.Kernfs;

/// <summary>
/// The number of a node, worked out from what the node is instead of being handed out: no table holds a line per file, however
/// many objects a machine has. It packs, from the top, the kind (8 bits: which directory or family of links of the tree), the
/// entry (6 bits: 0 the directory or link itself, n its n-th fixed entry), the generation (24 bits) and the object (26 bits).
/// An object that goes and returns has another generation, so a number is never used for two things. Kinds start at 1:
/// a node's number is never 0 or 1, which FUSE gives meanings of its own.
/// </summary>
/// <param name="Value">The number; also the inode number.</param>
public readonly record struct NodeId(ulong Value)
{
    /// <summary>Objects are numbered below this.</summary>
    public const int ObjectLimit = 1 << ObjectBits;

    /// <summary>Most fixed entries a directory can have.</summary>
    public const int EntryLimit = (1 << EntryBits) - 1;

    /// <summary>Most directories and families of links a tree can have.</summary>
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
    /// <param name="kind">Which directory or family of links of the tree, 1 to 255.</param>
    /// <param name="entry">0 for the directory or link itself, n for its n-th fixed entry.</param>
    /// <param name="generation">The object's generation; its low 24 bits count.</param>
    /// <param name="obj">The object's number.</param>
    public NodeId(int kind, int entry, uint generation, int obj)
        : this(((ulong)(byte)kind << KindShift)
            | ((ulong)(uint)(entry & EntryLimit) << EntryShift)
            | ((ulong)(generation & GenerationMask) << GenerationShift)
            | ((uint)obj & (ObjectLimit - 1)))
    {
    }

    /// <summary>Which directory or family of links of the tree; 0 in no node.</summary>
    public int Kind => (int)(Value >> KindShift);

    /// <summary>0 for the directory or link itself, n for its n-th fixed entry.</summary>
    public int Entry => (int)(Value >> EntryShift) & EntryLimit;

    /// <summary>The object's generation.</summary>
    public uint Generation => (uint)(Value >> GenerationShift) & GenerationMask;

    /// <summary>The object's number, for instance that of a block.</summary>
    public int Object => (int)(Value & (ObjectLimit - 1));

    /// <summary>True if an object's generation, as its set counts it, is the one packed here.</summary>
    /// <param name="generation">The generation as the object's set counts it.</param>
    public bool IsGeneration(uint generation) => (generation & GenerationMask) == Generation;

    /// <summary>The directory that this node is a fixed entry of; itself for a directory.</summary>
    internal NodeId Holder => new(Kind, 0, Generation, Object);

    /// <summary>A fixed entry of this directory.</summary>
    /// <param name="entry">Its number, from 1.</param>
    internal NodeId WithEntry(int entry) => new(Kind, entry, Generation, Object);

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}.{Entry}#{Object}/{Generation}";
}
