namespace HotplugFs.Kernfs;

/// <summary>All kinds of nodes of a tree, derived from its description.</summary>
internal sealed class NodeKinds
{
    private readonly List<NodeKind> _kinds = [];
    private readonly Dictionary<ChildSet, NodeKind> _bySet = [];

    /// <exception cref="ArgumentException">The description is invalid; see the constructor of <see cref="KernfsTree"/>.</exception>
    internal NodeKinds(DirectoryType root) => AddDirectory(root, parent: null, set: null, owner: null);

    /// <summary>The root directory.</summary>
    internal static NodeId Root => new(1, 0, 0, 0);

    /// <summary>The kind of a node; null if no node has this number.</summary>
    internal NodeKind? Find(NodeId id)
    {
        if (id.Kind < 1 || id.Kind > _kinds.Count)
            return null;
        var kind = _kinds[id.Kind - 1];
        if (kind.IsPending)
            AddBelow(kind, kind.Type!);
        return kind;
    }

    /// <inheritdoc cref="KernfsTree.Exists"/>
    internal bool Exists(NodeId id)
    {
        if (Find(id) is not { } kind || !kind.IsAlive(id))
            return false;
        return id.Entry == 0 || (kind.EntryOf(id) is { } entry && entry.IsVisibleIn(id.Object));
    }

    /// <inheritdoc cref="KernfsTree.ParentOf"/>
    internal NodeId ParentOf(NodeId directory)
    {
        if (Find(directory) is not { Parent: { } parent } kind)
            return Root;
        // The parent of a member of a set has a single instance, without an object.
        return kind.Set is null
            ? new NodeId(parent.Number, 0, directory.Generation, directory.Object)
            : new NodeId(parent.Number, 0, 0, 0);
    }

    /// <inheritdoc cref="KernfsTree.AppendPath"/>
    internal void AppendPath(NodeId id, TextBuffer text)
    {
        var kind = Find(id)!;
        if (kind.Parent is { } parent)
        {
            AppendPath(ParentOf(id.WithEntry(0)), text);
            text.Append('/');
            if (kind.Set is { } set)
                set.AppendName(parent: 0, id.Object, text);
            else
                text.Append(parent.Type!.Entries[Array.IndexOf(parent.Subdirectories, kind)].NameBytes);
        }
        if (kind.EntryOf(id) is { } entry)
            text.Append('/').Append(entry.NameBytes);
    }

    /// <summary>The directory that holds a child set.</summary>
    /// <param name="parent">The object of that directory; 0 if it has a single instance.</param>
    /// <returns>Null if the object was removed.</returns>
    /// <exception cref="ArgumentException">The set does not belong to this tree.</exception>
    internal NodeId? DirectoryOf(ChildSet set, int parent)
    {
        if (!_bySet.TryGetValue(set, out var child))
            throw new ArgumentException("the child set does not belong to this tree");
        var kind = child.Parent!;
        if (kind.Owner is not { } owner)
            return new NodeId(kind.Number, 0, 0, 0);
        return owner.Objects.TryGetGeneration(0, parent, out var generation) ? new NodeId(kind.Number, 0, generation, parent) : null;
    }

    private NodeKind AddDirectory(DirectoryType type, NodeKind? parent, ChildSet? set, ChildSet? owner)
    {
        var kind = Add(type, parent, set, owner);
        if (type.IsPending)
            kind.IsPending = true;
        else
            AddBelow(kind, type);
        return kind;
    }

    private void AddBelow(NodeKind kind, DirectoryType type)
    {
        kind.IsPending = false;
        type.Make();
        kind.Subdirectories = new NodeKind?[type.Entries.Length];
        for (var i = 0; i < type.Entries.Length; i++)
            if (type.Entries[i] is DirectoryEntry entry)
                kind.Subdirectories[i] = AddDirectory(entry.Type, kind, set: null, kind.Owner);
        kind.Children = new NodeKind[type.ChildSets.Length];
        for (var i = 0; i < type.ChildSets.Length; i++)
            kind.Children[i] = AddChildSet(type.ChildSets[i], kind);
    }

    private NodeKind AddChildSet(ChildSet set, NodeKind parent)
    {
        if (set.Type is not null && parent.Owner is not null)
            throw new ArgumentException("a set of directories must be in a directory that has a single instance");
        var kind = set.Type is { } type
            ? AddDirectory(type, parent, set, owner: set)
            : Add(null, parent, set, owner: null);
        if (!_bySet.TryAdd(set, kind))
            throw new ArgumentException("a child set is used in two directories; make one for each");
        return kind;
    }

    private NodeKind Add(DirectoryType? type, NodeKind? parent, ChildSet? set, ChildSet? owner)
    {
        if (_kinds.Count == NodeId.KindLimit)
            throw new ArgumentException($"a tree has at most {NodeId.KindLimit} directories and sets of links");
        var kind = new NodeKind { Number = _kinds.Count + 1, Type = type, Parent = parent, Set = set, Owner = owner };
        _kinds.Add(kind);
        return kind;
    }
}
