using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HotplugFs.Simulator.Kernel;

/// <summary>
/// A model of what the kernel remembers of a FUSE file system: names (dentries), attributes, targets of links, listings, and how often it
/// looked up each node.
/// </summary>
internal sealed class KernelCaches
{
    private readonly Dictionary<(ulong Parent, string Name), ulong> _names = [];
    private readonly Dictionary<ulong, Attr> _attributes = [];
    private readonly Dictionary<ulong, string> _targets = [];
    private readonly Dictionary<ulong, SortedSet<string>> _listings = [];
    private readonly Dictionary<ulong, ulong> _lookups = new() { [ProtocolConstants.RootId] = 1 };
    private readonly Dictionary<ulong, uint> _types = new() { [ProtocolConstants.RootId] = ModeBits.Directory };
    private readonly Dictionary<ulong, int> _versions = [];

    /// <summary>All nodes that the kernel looked up and did not forget.</summary>
    public IReadOnlyCollection<ulong> Nodes => _lookups.Keys;

    /// <summary>The file type of a node; 0 if the kernel does not know the node.</summary>
    public uint TypeOf(ulong node) => _types.GetValueOrDefault(node);

    public bool TryFindName(ulong parent, string name, out ulong node) => _names.TryGetValue((parent, name), out node);

    public bool HasAttributes(ulong node) => _attributes.ContainsKey(node);

    /// <summary>Changes with each invalidation of a directory, so that a listing read before and after is not cached.</summary>
    public int VersionOf(ulong directory) => _versions.GetValueOrDefault(directory);

    public void AddListing(ulong directory, IEnumerable<string> names) => _listings[directory] = new(names, StringComparer.Ordinal);

    /// <summary>Learns from a reply that the kernel received.</summary>
    public void Learn(Call call, ReadOnlySpan<byte> payload)
    {
        switch (call.Opcode)
        {
            case Opcode.Lookup:
                LearnEntry(call.Node, Encoding.UTF8.GetString(call.Body.AsSpan()[..^1]), MemoryMarshal.Read<EntryOut>(Exactly<EntryOut>(payload)));
                break;
            case Opcode.GetAttr or Opcode.SetAttr:
                var attributes = MemoryMarshal.Read<AttrOut>(Exactly<AttrOut>(payload));
                LearnAttributes(call.Node, attributes.Attr, attributes.AttrSeconds);
                break;
            case Opcode.ReadLink:
                _targets[call.Node] = Encoding.UTF8.GetString(payload);
                break;
            case Opcode.ReadDirPlus:
                foreach (var item in DirectoryReply.Parse(payload, isPlus: true))
                    if (item.Entry.NodeId != 0)
                        LearnEntry(call.Node, item.Name, item.Entry);
                break;
        }
    }

    private static ReadOnlySpan<byte> Exactly<T>(ReadOnlySpan<byte> payload) => payload.Length == Unsafe.SizeOf<T>()
        ? payload
        : throw new SimulationException($"the payload of {typeof(T).Name} has {payload.Length} bytes");

    private void LearnEntry(ulong parent, string name, in EntryOut entry)
    {
        // The kernel drops a name that means another node now, and all names below it.
        if (_names.TryGetValue((parent, name), out var old) && old != entry.NodeId)
            DropBelow(old);
        if (entry.EntrySeconds != 0)
            _names[(parent, name)] = entry.NodeId;
        if (entry.NodeId == 0)
            return;
        _lookups[entry.NodeId] = _lookups.GetValueOrDefault(entry.NodeId) + 1;
        var type = entry.Attr.Mode & ModeBits.TypeMask;
        if (_types.TryGetValue(entry.NodeId, out var known) && known != type)
            throw new SimulationException($"node {new NodeId(entry.NodeId)} changed its type");
        _types[entry.NodeId] = type;
        LearnAttributes(entry.NodeId, entry.Attr, entry.AttrSeconds);
    }

    private void LearnAttributes(ulong node, in Attr attributes, ulong seconds)
    {
        if (seconds == 0 || !_lookups.ContainsKey(node))
            _attributes.Remove(node);
        else
            _attributes[node] = attributes;
    }

    /// <summary>FUSE_NOTIFY_INVAL_ENTRY: drops a name and all names below it, and the parent's listing.</summary>
    /// <returns>ENOENT if the kernel does not know the name.</returns>
    public Result InvalidateEntry(ulong parent, string name)
    {
        if (!_lookups.ContainsKey(parent))
            return Errno.ENOENT;
        DropDirectory(parent);
        if (!_names.Remove((parent, name), out var node))
            return Errno.ENOENT;
        DropBelow(node);
        return Result.Ok;
    }

    /// <summary>FUSE_NOTIFY_INVAL_INODE: drops attributes, listing and target of a node.</summary>
    /// <returns>ENOENT if the kernel does not know the node.</returns>
    public Result InvalidateInode(ulong node)
    {
        if (!_lookups.ContainsKey(node))
            return Errno.ENOENT;
        DropDirectory(node);
        _targets.Remove(node);
        return Result.Ok;
    }

    private void DropDirectory(ulong node)
    {
        _attributes.Remove(node);
        _listings.Remove(node);
        _versions[node] = VersionOf(node) + 1;
    }

    private void DropBelow(ulong directory)
    {
        foreach (var (key, node) in _names.Where(name => name.Key.Parent == directory).ToArray())
            if (_names.Remove(key))
                DropBelow(node);
    }

    /// <summary>Forgets nodes that the kernel evicts from its caches, with all names that lead to them.</summary>
    /// <param name="isInUse">True for nodes with an open file.</param>
    /// <returns>The nodes with the numbers of their lookups, which FORGET reports.</returns>
    public KeyValuePair<ulong, ulong>[] Evict(IEnumerable<ulong> nodes, Func<ulong, bool> isInUse)
    {
        // The kernel keeps a directory as long as it keeps names in it.
        var parents = _names.Where(name => name.Value != 0).Select(name => name.Key.Parent).ToHashSet();
        var evicted = nodes
            .Where(node => node != ProtocolConstants.RootId && !isInUse(node) && !parents.Contains(node) && _lookups.ContainsKey(node))
            .Distinct()
            .Select(node => KeyValuePair.Create(node, _lookups[node]))
            .ToArray();
        var gone = evicted.Select(pair => pair.Key).ToHashSet();
        foreach (var (key, _) in _names.Where(name => gone.Contains(name.Value) || gone.Contains(name.Key.Parent)).ToArray())
            _names.Remove(key);
        foreach (var node in gone)
        {
            _lookups.Remove(node);
            _attributes.Remove(node);
            _targets.Remove(node);
            _listings.Remove(node);
            _types.Remove(node);
        }
        return evicted;
    }

    /// <summary>Compares everything that the kernel would answer by itself with the tree. Call it when no notification is under way.</summary>
    public void CompareWith(KernfsTree tree)
    {
        CompareNames(tree);
        var buffer = new TextBuffer();
        foreach (var (node, target) in _targets.Where(pair => tree.Exists(ToId(tree, pair.Key))))
        {
            buffer.Clear();
            if (tree.ReadLink(ToId(tree, node), buffer).IsOk && Encoding.UTF8.GetString(buffer.Text) != target)
                throw new SimulationException($"stale target of {new NodeId(node)}: {target}, the tree has {Encoding.UTF8.GetString(buffer.Text)}");
        }
        foreach (var (node, attributes) in _attributes.Where(pair => tree.Exists(ToId(tree, pair.Key))))
            CompareAttributes(tree, node, attributes);
        foreach (var (directory, names) in _listings.Where(pair => tree.Exists(ToId(tree, pair.Key))))
        {
            var listed = NameList.Of(tree, ToId(tree, directory)).Select(entry => entry.Name).ToArray();
            if (!names.SetEquals(listed))
                throw new SimulationException($"stale listing of {new NodeId(directory)}: {string.Join(' ', names.Except(listed))} "
                    + $"instead of {string.Join(' ', listed.Except(names))}");
        }
    }

    /// <summary>
    /// Compares the names on every path from the root. A process that is in a directory whose name was dropped can learn names below it; if
    /// the directory is removed then, no notification reaches them.
    /// </summary>
    private void CompareNames(KernfsTree tree)
    {
        var below = _names.ToLookup(name => name.Key.Parent, name => (name.Key.Name, Node: name.Value));
        for (var open = new Stack<ulong>([ProtocolConstants.RootId]); open.TryPop(out var parent);)
        {
            foreach (var (name, node) in below[parent])
            {
                var found = tree.Lookup(ToId(tree, parent), Encoding.UTF8.GetBytes(name));
                if (node != (found.IsOk ? found.Value.Value : 0))
                    throw new SimulationException($"stale name {name} in {ToId(tree, parent)}: {new NodeId(node)}, the tree has {found}");
                if (node != 0)
                    open.Push(node);
            }
        }
    }

    private static NodeId ToId(KernfsTree tree, ulong node) => node == ProtocolConstants.RootId ? tree.Root : new NodeId(node);

    private static void CompareAttributes(KernfsTree tree, ulong node, in Attr cached)
    {
        var real = tree.GetAttributes(ToId(tree, node)).Value;
        var left = (cached.Mode, cached.Uid, cached.Gid, (long)cached.Size, (int)cached.LinkCount, cached.ModifySeconds, cached.ChangeSeconds);
        var right = (real.Mode, real.Uid, real.Gid, real.Size, real.LinkCount, real.ModifyTime.Seconds, real.ChangeTime.Seconds);
        if (left != right)
            throw new SimulationException($"stale attributes of {new NodeId(node)}: {left}, the tree has {right}");
    }
}
