namespace HotplugFs.Kernfs;

/// <summary>The attributes of the nodes that chmod(2), chown(2) or utimensat(2) changed.</summary>
internal sealed class ChangedAttributes
{
    private readonly Dictionary<NodeId, NodeAttributes> _byNode = [];

    internal void Set(in NodeAttributes attributes) => _byNode[attributes.Id] = attributes;

    /// <summary>The node's permissions.</summary>
    /// <param name="mode">The permissions if they were not changed.</param>
    internal uint ModeOf(NodeId id, uint mode) => _byNode.Count != 0 && _byNode.TryGetValue(id, out var changed) ? changed.Mode : mode;

    /// <summary>Replaces what can be changed and keeps the rest, such as the link count.</summary>
    internal NodeAttributes ApplyTo(in NodeAttributes attributes)
    {
        if (_byNode.Count == 0 || !_byNode.TryGetValue(attributes.Id, out var changed))
            return attributes;
        return attributes with
        {
            Mode = changed.Mode,
            Uid = changed.Uid,
            Gid = changed.Gid,
            AccessTime = changed.AccessTime,
            ModifyTime = changed.ModifyTime,
            ChangeTime = changed.ChangeTime,
        };
    }

    /// <summary>Drops the attributes of nodes whose object was removed; their numbers are not used again.</summary>
    internal void RemoveDead(NodeKinds kinds)
    {
        foreach (var id in _byNode.Keys)
            if (!kinds.Exists(id))
                _byNode.Remove(id);
    }

    /// <summary>The attributes of all nodes that were changed.</summary>
    internal IReadOnlyCollection<NodeAttributes> All => _byNode.Values;

    internal void Remove(NodeId id) => _byNode.Remove(id);
}
