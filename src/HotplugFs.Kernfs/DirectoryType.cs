using HotplugFs.Abi;

namespace HotplugFs.Kernfs;

/// <summary>
/// What directories of one sort hold (the kernel's kobj_type): written once, shared by any number of objects. Fixed entries come
/// first in listings, in the order written, then the families.
/// </summary>
public sealed class DirectoryType
{
    private readonly FixedEntry[] _entries;
    private readonly ChildSet[] _childSets;

    /// <summary>Makes a type of directory.</summary>
    /// <param name="rows">What is in it.</param>
    /// <exception cref="ArgumentException">Two entries have one name, or there are more than 63 fixed entries.</exception>
    public DirectoryType(params ReadOnlySpan<Entry> rows)
    {
        var entries = new List<FixedEntry>();
        var families = new List<ChildSet>();
        foreach (var row in rows)
        {
            if (row is ChildSet family)
                families.Add(family);
            else
                entries.Add((FixedEntry)row);
        }
        foreach (var name in entries.GroupBy(entry => entry.Name).Where(group => group.Count() > 1))
            throw new ArgumentException($"a directory has two entries named {name.Key}", nameof(rows));
        if (entries.Count > NodeId.EntryLimit)
            throw new ArgumentException($"a directory has {entries.Count} fixed entries, at most {NodeId.EntryLimit} fit", nameof(rows));
        _entries = [.. entries];
        _childSets = [.. families];
    }

    /// <summary>Permissions of the directories.</summary>
    public uint Mode { get; init; } = ModeBits.Mode0755;

    /// <summary>The fixed entries, in the order written.</summary>
    public IReadOnlyList<FixedEntry> Entries => _entries;

    /// <summary>The families of children, in the order written.</summary>
    public IReadOnlyList<ChildSet> ChildSets => _childSets;

    internal FixedEntry[] EntryArray => _entries;

    internal ChildSet[] ChildSetArray => _childSets;
}
