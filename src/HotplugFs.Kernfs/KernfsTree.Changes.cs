namespace HotplugFs.Kernfs;

public sealed partial class KernfsTree
{
    // A range of objects is added or removed object by object, each with its directory and several links: this many directories
    // take turns in the list before ranges stop growing.
    private const int JoinDepth = 8;

    private readonly List<TreeChange> _changes = [];
    private readonly List<ulong> _wakeUps = [];
    private bool _objectsWent;

    /// <summary>True if names came or went and nobody has taken note (<see cref="TakeChanges"/>).</summary>
    public bool HasChanges => _changes.Count != 0;

    /// <summary>True if open files are to be woken (<see cref="TakeWakeUps"/>).</summary>
    public bool HasWakeUps => _wakeUps.Count != 0;

    /// <summary>Says that a child came. Say it after the set of objects has it; a store is where this happens.</summary>
    /// <param name="family">The family.</param>
    /// <param name="number">The child's number.</param>
    /// <param name="parent">The object of the directory it is in; 0 where there is only one.</param>
    public void ChildAdded(NumberedChildren family, int number, int parent = 0) => AddChange(family, number, parent);

    /// <summary>Says that a child came.</summary>
    /// <param name="family">The family.</param>
    /// <param name="name">The child's name.</param>
    /// <param name="parent">The object of the directory it is in; 0 where there is only one.</param>
    public void ChildAdded(NamedChildren family, string name, int parent = 0) => AddChange(family, name, parent);

    /// <summary>Says that a child went. Say it after the set of objects has forgotten it.</summary>
    /// <param name="family">The family.</param>
    /// <param name="number">The child's number.</param>
    /// <param name="parent">The object of the directory it is in; 0 where there is only one.</param>
    public void ChildRemoved(NumberedChildren family, int number, int parent = 0)
    {
        _objectsWent = true;
        AddChange(family, number, parent);
    }

    /// <summary>Says that a child went.</summary>
    /// <param name="family">The family.</param>
    /// <param name="name">The child's name.</param>
    /// <param name="parent">The object of the directory it is in; 0 where there is only one.</param>
    public void ChildRemoved(NamedChildren family, string name, int parent = 0)
    {
        _objectsWent = true;
        AddChange(family, name, parent);
    }

    /// <summary>Says that a fixed entry became visible or invisible for an object that stays.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="name">The entry's name.</param>
    public void EntryChanged(NodeId directory, string name) => _changes.Add(new TreeChange(directory, name));

    /// <summary>
    /// Wakes those who poll a file (the kernel's sysfs_notify): until it is next read, each open file of it reports
    /// <see cref="PollEvents.Changed"/>.
    /// </summary>
    /// <param name="id">The file.</param>
    public void Notify(NodeId id)
    {
        foreach (var file in _openFiles)
        {
            if (!file.IsOpen || file.Node != id)
                continue;
            file.HasUnreadChange = true;
            if (file.Waiter is not { } waiter)
                continue;
            _wakeUps.Add(waiter);
            file.Waiter = null;
        }
    }

    /// <summary>Moves the changes to a list.</summary>
    /// <param name="changes">Where to add them.</param>
    public void TakeChanges(List<TreeChange> changes)
    {
        changes.AddRange(_changes);
        _changes.Clear();
        // Changed modes and owners end with their object; a number that never returns would be kept for ever.
        if (_objectsWent && _changedAttributes.Count != 0)
            foreach (var id in _changedAttributes.Keys)
                if (!Exists(id))
                    _changedAttributes.Remove(id);
        _objectsWent = false;
    }

    /// <summary>Moves the waiters to wake to a list.</summary>
    /// <param name="waiters">Where to add them.</param>
    public void TakeWakeUps(List<ulong> waiters)
    {
        waiters.AddRange(_wakeUps);
        _wakeUps.Clear();
    }

    private void AddChange(NumberedChildren family, int number, int parent)
    {
        if (DirectoryOf(family, parent) is not { } directory)
            return;
        for (var i = _changes.Count - 1; i >= Math.Max(0, _changes.Count - JoinDepth); i--)
        {
            if (_changes[i].JoinedBy(directory, family, number) is not { } joined)
                continue;
            _changes[i] = joined;
            return;
        }
        _changes.Add(new TreeChange(directory, family, number, 1));
    }

    private void AddChange(NamedChildren family, string name, int parent)
    {
        if (DirectoryOf(family, parent) is { } directory)
            _changes.Add(new TreeChange(directory, name));
    }

    // Null if the directory itself went: then its own name is forgotten, and all below with it.
    private NodeId? DirectoryOf(ChildSet family, int parent)
    {
        if (!_kindsOfChildSets.TryGetValue(family, out var child))
            throw new ArgumentException("the family is not part of this tree");
        var place = child.Parent!;
        if (place.Owner is null)
            return new NodeId(place.Kind, 0, 0, 0);
        return place.Owner.Objects.TryGetGeneration(0, parent, out var generation)
            ? new NodeId(place.Kind, 0, generation, parent)
            : null;
    }
}
