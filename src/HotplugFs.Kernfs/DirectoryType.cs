namespace HotplugFs.Kernfs;

/// <summary>
/// The contents of a directory (the kernel's kobj_type), described once and shared by any number of objects. Listings contain the fixed
/// entries first, in the order of the description, then the child sets.
/// </summary>
public sealed class DirectoryType
{
    /// <summary>Makes a type from its entries.</summary>
    /// <exception cref="ArgumentException">Two entries have the same name, or there are more than 63 fixed entries.</exception>
    public DirectoryType(params ReadOnlySpan<Entry> entries)
    {
        var all = entries.ToArray();
        Entries = [.. all.OfType<FixedEntry>()];
        ChildSets = [.. all.OfType<ChildSet>()];
        for (var i = 0; i < Entries.Length; i++)
        {
            var name = Entries[i].Name;
            if (Array.Exists(Entries[..i], other => other.Name == name))
                throw new ArgumentException($"a directory has two entries named {name}", nameof(entries));
        }
        if (Entries.Length > NodeId.EntryLimit)
            throw new ArgumentException($"{Entries.Length} fixed entries; a directory has at most {NodeId.EntryLimit}", nameof(entries));
    }

    /// <summary>The permissions of the directories.</summary>
    public uint Mode { get; init; } = ModeBits.Mode0755;

    internal FixedEntry[] Entries { get; }

    internal ChildSet[] ChildSets { get; }
}
