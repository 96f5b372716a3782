namespace HotplugFs.Fuse.Bridge;

/// <summary>
/// Converts nodes between the tree and the protocol. The kernel's node numbers are the tree's, except that of the mounted directory.
/// </summary>
/// <param name="root">The mounted directory.</param>
internal sealed class NodeEncoder(KernfsTree tree, NodeId root, CachedSizes sizes)
{
    /// <summary>The longest lifetime that the kernel can count: cached data is valid until a notification invalidates it.</summary>
    internal const ulong ForeverSeconds = uint.MaxValue;

    /// <summary>The kernel's number of a node. May be called by any thread.</summary>
    internal ulong ToKernel(NodeId id) => id == root ? ProtocolConstants.RootId : id.Value;

    internal NodeId FromKernel(ulong number) => number == ProtocolConstants.RootId ? root : new NodeId(number);

    /// <summary>The description of a node in replies to lookups and listings.</summary>
    /// <param name="id">A node that the tree has just returned, so that it has attributes.</param>
    internal EntryOut Entry(NodeId id)
    {
        var attributes = tree.GetAttributes(id).Value;
        var isCached = !sizes.IsTextLength(attributes);
        return new EntryOut
        {
            NodeId = ToKernel(id),
            EntrySeconds = Lifetime(isCached),
            AttrSeconds = Lifetime(isCached),
            Attr = Attributes(isCached ? attributes : attributes with { Size = sizes.TextLength(attributes) }),
        };
    }

    /// <summary>How long the kernel may use what it gets, in seconds.</summary>
    internal static ulong Lifetime(bool isCached) => isCached ? ForeverSeconds : 0;

    internal Attr Attributes(in NodeAttributes attributes) => new()
    {
        Inode = ToKernel(attributes.Id),
        Size = (ulong)attributes.Size,
        AccessSeconds = attributes.AccessTime.Seconds,
        ModifySeconds = attributes.ModifyTime.Seconds,
        ChangeSeconds = attributes.ChangeTime.Seconds,
        AccessNanoseconds = attributes.AccessTime.Nanoseconds,
        ModifyNanoseconds = attributes.ModifyTime.Nanoseconds,
        ChangeNanoseconds = attributes.ChangeTime.Nanoseconds,
        Mode = attributes.Mode,
        LinkCount = (uint)attributes.LinkCount,
        Uid = attributes.Uid,
        Gid = attributes.Gid,
        Device = attributes.DeviceNumber,
        BlockSize = (uint)attributes.BlockSize,
    };
}
