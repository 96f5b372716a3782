namespace HotplugFs.Fuse.Bridge;

/// <summary>Sends a notification to the kernel.</summary>
internal delegate void SendNotification(ReadOnlySpan<byte> notification, NotifyCode code);

/// <summary>
/// The sizes of files in the kernel's cache. sendfile(2), splice(2), io_uring and aio read nothing beyond them, but st_size is not
/// the length of a text: it is 4096 in sysfs and 0 in /proc and debugfs. sendfile(2) and splice(2) read into the page cache, and the kernel
/// reduces the cached size to the length of what it got; later it would cut a longer text.
/// </summary>
/// <remarks>
/// So the files that are read in this way have the length of their text in the cache: a lookup reports that length and is repeated for each
/// open, and st_size, which only GETATTR reports, is not cached.
/// </remarks>
internal sealed class CachedSizes(KernfsTree tree, SendNotification send)
{
    /// <summary>The number of nodes to remember. A node that is forgotten is remembered again when it is read.</summary>
    private const int NodesMax = 1 << 16;

    private readonly HashSet<NodeId> _readForPageCache = [];
    private readonly Message _message = new(ProtocolConstants.PageSize);

    /// <summary>True if the cached size of the node must be the length of its text.</summary>
    internal bool IsTextLength(in NodeAttributes attributes) =>
        attributes.IsRegular && (attributes.Size == 0 || attributes.IsVolatile || _readForPageCache.Contains(attributes.Id));

    /// <summary>The length of the node's text, or st_size if it cannot be read.</summary>
    internal long TextLength(in NodeAttributes attributes) =>
        tree.MeasureText(attributes.Id).TryGet(out var length, out _) ? length : attributes.Size;

    /// <summary>Remembers a file that the kernel reads into its page cache, and lets it look up the name again at the next open.</summary>
    internal void ReadForPageCache(NodeId node)
    {
        if (_readForPageCache.Count >= NodesMax)
            _readForPageCache.Clear();
        if (_readForPageCache.Add(node))
            tree.Changes.LookupChanged(node);
    }

    /// <summary>
    /// Keeps the kernel from caching the size that the reply to a GETATTR reports: it returns it to the caller, but does not store attributes
    /// that it requested before the node was invalidated.
    /// </summary>
    /// <remarks>
    /// The tree's thread sends this notification itself, before the reply. It waits for no other request, because it concerns neither pages nor
    /// names, and the caller keeps the node in the kernel's cache.
    /// </remarks>
    internal void KeepFromCaching(NodeId node)
    {
        _message.Clear();
        _message.Add(new NotifyInvalidateInode { NodeId = node.Value, Offset = -1 });
        _message.EndNotification(NotifyCode.InvalidateInode);
        send(_message.Bytes, NotifyCode.InvalidateInode);
    }
}
