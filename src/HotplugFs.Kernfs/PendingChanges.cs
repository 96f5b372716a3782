namespace HotplugFs.Kernfs;

/// <summary>The names that were added to a tree or removed from it since the last <see cref="Take"/>.</summary>
public sealed class PendingChanges
{
    // Adding or removing a range of objects reports each object with its directory and several links. A range grows as long as its last
    // entry is among this many.
    private const int JoinDepth = 8;

    private readonly NodeKinds _kinds;
    private readonly ChangedAttributes _changedAttributes;
    private readonly List<TreeChange> _changes = [];
    private bool _hasRemovals;

    internal PendingChanges(NodeKinds kinds, ChangedAttributes changedAttributes)
    {
        _kinds = kinds;
        _changedAttributes = changedAttributes;
    }

    /// <summary>True if no name was added or removed.</summary>
    public bool IsEmpty => _changes.Count == 0;

    /// <summary>Reports that a child was added. Call it when the object set contains the child.</summary>
    /// <param name="parent">The object of the directory; 0 if it has a single instance.</param>
    public void ChildAdded(NumberedChildren children, int number, int parent = 0) => Add(children, number, parent);

    /// <inheritdoc cref="ChildAdded(NumberedChildren, int, int)"/>
    public void ChildAdded(NamedChildren children, string name, int parent = 0) => Add(children, name, parent);

    /// <summary>Reports that a child was removed. Call it when the object set no longer contains the child.</summary>
    /// <param name="parent">The object of the directory; 0 if it has a single instance.</param>
    public void ChildRemoved(NumberedChildren children, int number, int parent = 0)
    {
        _hasRemovals = true;
        Add(children, number, parent);
    }

    /// <inheritdoc cref="ChildRemoved(NumberedChildren, int, int)"/>
    public void ChildRemoved(NamedChildren children, string name, int parent = 0)
    {
        _hasRemovals = true;
        Add(children, name, parent);
    }

    /// <summary>Reports that a fixed entry became visible or invisible for an object that still exists.</summary>
    public void EntryChanged(NodeId directory, string name) => _changes.Add(new TreeChange(directory, name));

    /// <summary>Reports that a name must be looked up again, because what a lookup of the file returns changed.</summary>
    public void LookupChanged(NodeId file)
    {
        if (_kinds.Find(file)?.EntryOf(file) is { } entry)
            EntryChanged(file.WithEntry(0), entry.Name);
    }

    /// <summary>Reports that mode, owner or times of a directory or file changed without a request of the kernel.</summary>
    internal void AttributesChanged(NodeId id) => _changes.Add(new TreeChange(id));

    /// <summary>Moves the changes to the end of a list.</summary>
    public void Take(List<TreeChange> changes)
    {
        changes.AddRange(_changes);
        _changes.Clear();
        if (_hasRemovals)
            _changedAttributes.RemoveDead(_kinds);
        _hasRemovals = false;
    }

    private void Add(NumberedChildren children, int number, int parent)
    {
        if (_kinds.DirectoryOf(children, parent) is not { } directory)
            return;
        for (var i = _changes.Count - 1; i >= Math.Max(0, _changes.Count - JoinDepth); i--)
        {
            if (_changes[i].JoinedBy(directory, children, number) is not { } joined)
                continue;
            _changes[i] = joined;
            return;
        }
        _changes.Add(new TreeChange(directory, children, number, 1));
    }

    // If the directory was removed as well, its own removal is reported, and that covers everything below it.
    private void Add(NamedChildren children, string name, int parent)
    {
        if (_kinds.DirectoryOf(children, parent) is { } directory)
            _changes.Add(new TreeChange(directory, name));
    }
}
