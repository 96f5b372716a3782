namespace HotplugFs.Kernfs;

/// <summary>
/// The contents of a directory (the kernel's kobj_type), described once and shared by any number of objects. Listings contain the fixed
/// entries first, in the order of the description, then the child sets.
/// </summary>
public sealed class DirectoryType
{
    private Func<Entry[]>? _make;

    /// <summary>Makes a type from its entries.</summary>
    /// <exception cref="ArgumentException">Two entries have the same name, or there are more than 63 fixed entries.</exception>
    public DirectoryType(params ReadOnlySpan<Entry> entries) => Set(entries.ToArray());

    /// <summary>Makes a type whose entries are made when a directory of this type is first looked up.</summary>
    /// <param name="entries">Returns the entries. It is called once, by the thread that owns the tree.</param>
    public DirectoryType(Func<Entry[]> entries) => _make = entries;

    /// <summary>The permissions of the directories.</summary>
    public uint Mode { get; init; } = ModeBits.Mode0755;

    /// <summary>True until the entries are made.</summary>
    internal bool IsPending => _make is not null;

    internal FixedEntry[] Entries { get; private set; } = [];

    internal ChildSet[] ChildSets { get; private set; } = [];

    /// <summary>Makes the entries unless they are made.</summary>
    internal void Make()
    {
        if (_make is not { } make)
            return;
        _make = null;
        Set(make());
    }

    private void Set(Entry[] entries)
    {
        Entries = [.. entries.OfType<FixedEntry>()];
        ChildSets = [.. entries.OfType<ChildSet>()];
        for (var i = 0; i < Entries.Length; i++)
        {
            var name = Entries[i].Name;
            if (Array.Exists(Entries[..i], other => other.Name == name))
                throw new ArgumentException($"a directory has two entries named {name}", nameof(entries));
        }
        if (Entries.Length > NodeId.EntryLimit)
            throw new ArgumentException($"{Entries.Length} fixed entries; a directory has at most {NodeId.EntryLimit}", nameof(entries));
    }
}
