namespace HotplugFs.Kernfs;

/// <summary>
/// One kind of node: a directory of the tree's description, or one set of links. A <see cref="DirectoryType"/> that several directories
/// share, such as <c>power</c>, has a kind for each of them, so that their nodes have different numbers.
/// </summary>
internal sealed class NodeKind
{
    /// <summary>The kind's number in a <see cref="NodeId"/>, from 1.</summary>
    internal required int Number { get; init; }

    /// <summary>The directory above; null for the root.</summary>
    internal required NodeKind? Parent { get; init; }

    /// <summary>The child set that nodes of this kind belong to; null for a fixed directory.</summary>
    internal required ChildSet? Set { get; init; }

    /// <summary>The set of directories whose objects decide whether nodes of this kind exist; null if there is one node only.</summary>
    internal required ChildSet? Owner { get; init; }

    /// <summary>The contents of the directory; null for links.</summary>
    internal required DirectoryType? Type { get; init; }

    /// <summary>True until the kinds below this one are added, which <see cref="NodeKinds.Find"/> does.</summary>
    internal bool IsPending { get; set; }

    /// <summary>The kinds of the fixed subdirectories, by the index of their entry; null for other entries.</summary>
    internal NodeKind?[] Subdirectories { get; set; } = [];

    /// <summary>The kinds of the child sets, by their index in the directory.</summary>
    internal NodeKind[] Children { get; set; } = [];

    /// <summary>The entry that a file or a fixed link has in the directory's type; null if the number names none.</summary>
    internal FixedEntry? EntryOf(NodeId id) =>
        id.Entry >= 1 && Type is { } type && id.Entry <= type.Entries.Length ? type.Entries[id.Entry - 1] : null;

    /// <summary>The node of a fixed entry of a directory.</summary>
    internal NodeId NodeOf(NodeId directory, int index) =>
        Subdirectories[index] is { } subdirectory
            ? new NodeId(subdirectory.Number, 0, directory.Generation, directory.Object)
            : directory.WithEntry(index + 1);

    /// <summary>False if the node's object was removed or never existed; see <see cref="KernfsTree.Exists"/> for links.</summary>
    internal bool IsAlive(NodeId id)
    {
        if (Type is null && Parent!.Owner is not null)
            return true;
        if ((Owner ?? Set) is not { } objects)
            return id.Object == 0 && id.Generation == 0;
        return objects.Objects.TryGetGeneration(0, id.Object, out var generation) && id.IsGeneration(generation);
    }

    /// <summary>The number of subdirectories of a directory; 0 if its object was removed.</summary>
    internal int CountSubdirectories(NodeId directory)
    {
        if (!IsAlive(directory))
            return 0;
        var count = 0;
        for (var i = 0; i < Subdirectories.Length; i++)
            if (Subdirectories[i] is not null && Type!.Entries[i].IsVisibleIn(directory.Object))
                count++;
        foreach (var child in Children)
            if (child.Type is not null)
                count += child.Set!.Objects.Count(directory.Object);
        return count;
    }
}
