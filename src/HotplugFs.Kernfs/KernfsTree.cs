namespace HotplugFs.Kernfs;

/// <summary>
/// A tree of directories, attributes and links that has no object per node: nodes are numbers (<see cref="NodeId"/>), computed from the
/// tree's description and the sets of objects behind its child sets.
/// </summary>
/// <remarks>
/// Owned by the thread that answers requests. All members, callbacks and object sets run on it, and nothing locks. A callback that adds or
/// removes objects reports it to <see cref="Changes"/> and returns; nothing reacts inside the callback. Once warm, looking up, stat,
/// opening, reading and closing allocate nothing.
/// </remarks>
public sealed class KernfsTree
{
    private readonly NodeKinds _kinds;
    private readonly DirectoryListing _listing;
    private readonly ChangedAttributes _changedAttributes = new();
    private readonly TreeOptions _options;
    private readonly TextBuffer _measured = new();

    /// <summary>Makes a tree from the description of its root directory.</summary>
    /// <exception cref="ArgumentException">The tree has more than 255 kinds of nodes, a child set is used twice, or a set of directories is
    /// in a directory that has several instances. What a type's function returns is checked when its directory is first looked up.</exception>
    public KernfsTree(DirectoryType root, TreeOptions? options = null)
    {
        _options = options ?? new TreeOptions();
        OpenFiles = new OpenFileTable(_options);
        _kinds = new NodeKinds(root);
        _listing = new DirectoryListing(_kinds);
        Changes = new PendingChanges(_kinds, _changedAttributes);
    }

    /// <inheritdoc cref="TreeOptions.PageSize"/>
    public int PageSize => _options.PageSize;

    /// <summary>The root directory.</summary>
    public NodeId Root => NodeKinds.Root;

    /// <summary>The names that were added or removed.</summary>
    public PendingChanges Changes { get; }

    /// <inheritdoc cref="TreeOptions.Callers"/>
    public ICallers? Callers => _options.Callers;

    /// <inheritdoc cref="IReadInterceptor.IsActive"/>
    public bool InterceptsReads => _options.Reads is { IsActive: true };

    /// <summary>Opens files and keeps track of them until they are released.</summary>
    public OpenFileTable OpenFiles { get; }

    /// <summary>
    /// False if the node's object was removed or never existed. The number of a link in a child set does not name its directory, so such a
    /// link is reported as existing if its directory has several instances.
    /// </summary>
    public bool Exists(NodeId id) => _kinds.Exists(id);

    /// <summary>Finds an entry of a directory.</summary>
    /// <param name="name">The name in UTF-8.</param>
    /// <returns>The node; ENOENT if there is none, ENOTDIR if the parent is not a directory.</returns>
    public Result<NodeId> Lookup(NodeId parent, ReadOnlySpan<byte> name)
    {
        if (_kinds.Find(parent) is not { Type: { } type } kind || parent.Entry != 0)
            return Errno.ENOTDIR;
        if (!kind.IsAlive(parent))
            return Errno.ENOENT;
        for (var i = 0; i < type.Entries.Length; i++)
        {
            var entry = type.Entries[i];
            if (name.SequenceEqual(entry.NameBytes))
                return entry.IsVisibleIn(parent.Object) ? kind.NodeOf(parent, i) : Errno.ENOENT;
        }
        foreach (var child in kind.Children)
        {
            var set = child.Set!;
            if (set.TryFind(parent.Object, name, out var number)
                && set.Objects.TryGetGeneration(parent.Object, number, out var generation))
                return new NodeId(child.Number, 0, generation, number);
        }
        return Errno.ENOENT;
    }

    /// <summary>Finds a node by its path from the root, without following links.</summary>
    /// <param name="path">Names separated by <c>/</c>; empty for the root.</param>
    /// <returns>The node; ENOENT or ENOTDIR.</returns>
    public Result<NodeId> Find(string path)
    {
        var node = Root;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            if (!Lookup(node, Encoding.UTF8.GetBytes(name)).TryGet(out node, out var error))
                return error;
        return node;
    }

    /// <summary>Appends the path of a directory or file from the root: <c>/sys/devices</c>.</summary>
    /// <param name="id">A directory or file, which may have been removed if it has no name of its own.</param>
    public void AppendPath(NodeId id, TextBuffer text) => _kinds.AppendPath(id, text);

    /// <summary>Returns true if a file or directory belongs to a member of a set of directories.</summary>
    /// <param name="number">The number of the member.</param>
    public bool IsBelow(NodeId id, ChildSet directories, out int number)
    {
        number = id.Object;
        return _kinds.Find(id) is { } kind && (kind.Owner ?? kind.Set) == directories;
    }

    /// <summary>The directory that contains a directory. The root contains itself.</summary>
    public NodeId ParentOf(NodeId directory) => _kinds.ParentOf(directory);

    /// <summary>
    /// Lists a directory: <c>.</c>, <c>..</c>, the fixed entries, then the child sets. Over any number of calls, entries that exist all the
    /// time are listed exactly once. A call does not take longer for starting late in the directory.
    /// </summary>
    /// <param name="directory">If its object was removed, it contains <c>.</c> and <c>..</c> only.</param>
    /// <param name="cookie">Where to continue: 0, or the cookie of the last entry that the sink took.</param>
    /// <returns>Success, also at the end; ENOTDIR.</returns>
    public Result ReadDirectory(NodeId directory, ulong cookie, IDirectorySink sink) => _listing.Read(directory, cookie, sink);

    /// <summary>
    /// Returns what stat(2) reports. A node whose object was removed keeps its attributes, for descriptors that are still open; a directory
    /// then has no subdirectories.
    /// </summary>
    /// <returns>The attributes; ENOENT if no node ever had this number.</returns>
    public Result<NodeAttributes> GetAttributes(NodeId id)
    {
        if (_kinds.Find(id) is not { } kind)
            return Errno.ENOENT;
        var (mode, linkCount, size, isVolatile, device) = (ModeBits.Link | ModeBits.Mode0777, 1, 0L, false, 0u);
        switch (kind.EntryOf(id))
        {
            case FileEntry file:
                (mode, size, isVolatile) = (ModeBits.Regular | file.Mode, file.SizeIn(PageSize), file.IsVolatile);
                break;
            case DirectoryEntry:
            case null when id.Entry != 0:
                return Errno.ENOENT;
            case null when kind.Type is { } type:
                (mode, linkCount) = (ModeBits.Directory | type.Mode, 2 + kind.CountSubdirectories(id));
                break;
            case null when kind.Set?.Device is { } deviceOf:
                mode = ModeBits.CharacterDevice | ModeBits.Mode0600;
                device = _kinds.Exists(id) ? deviceOf(id.Object) : 0;
                break;
        }
        if (_options.RemovedHaveNoLinks && !_kinds.Exists(id))
            linkCount = 0;
        return _changedAttributes.ApplyTo(new NodeAttributes
        {
            Id = id,
            Mode = mode,
            LinkCount = linkCount,
            Size = size,
            DeviceNumber = device,
            BlockSize = PageSize,
            Uid = _options.Uid,
            Gid = _options.Gid,
            AccessTime = _options.BootTime,
            ModifyTime = _options.BootTime,
            ChangeTime = _options.BootTime,
            IsVolatile = isVolatile,
        });
    }

    /// <summary>Returns the length in bytes of the text that reading a file from the beginning would return now.</summary>
    /// <returns>The length; ENOENT if there is no such file; the error of the read.</returns>
    public Result<long> MeasureText(NodeId id) =>
        _kinds.Find(id) is { } kind && kind.EntryOf(id) is FileEntry file && kind.IsAlive(id)
            ? file.MeasureText(id.Object, _measured)
            : Errno.ENOENT;

    /// <summary>
    /// Does what chmod(2), chown(2) and utimensat(2) request. The change lasts as long as the node's object. There is no change of size:
    /// sysfs accepts truncation and does nothing.
    /// </summary>
    /// <returns>Success; ENOENT if the object was removed.</returns>
    public Result SetAttributes(NodeId id, in AttributesChange change)
    {
        if (change.IsEmpty)
            return Result.Ok;
        if (!GetAttributes(id).TryGet(out var old, out var error))
            return error;
        if (!Exists(id))
            return Errno.ENOENT;
        if (Callers is { } callers && callers.BeginChange(id, change).Failed(out error))
            return error;
        _changedAttributes.Set(old with
        {
            Mode = (old.Mode & ModeBits.TypeMask) | ((change.Mode ?? old.Mode) & ModeBits.PermissionMask),
            Uid = change.Uid ?? old.Uid,
            Gid = change.Gid ?? old.Gid,
            AccessTime = change.AccessTime ?? old.AccessTime,
            ModifyTime = change.ModifyTime ?? old.ModifyTime,
            ChangeTime = change.Now,
        });
        return Result.Ok;
    }

    /// <summary>Appends the target of a link.</summary>
    /// <returns>Success; EINVAL if the node is not a link, ENOENT if its directory's object was removed or no node ever had this
    /// number.</returns>
    public Result ReadLink(NodeId id, TextBuffer text)
    {
        if (_kinds.Find(id) is not { } kind)
            return Errno.ENOENT;
        if (id.Entry == 0 && kind.Set?.Target is { } childTarget)
        {
            if (!_kinds.Exists(id))
                return Errno.ENOENT;
            childTarget(id.Object, text);
            return Result.Ok;
        }
        if (kind.EntryOf(id) is not LinkEntry link)
            return Errno.EINVAL;
        if (!_kinds.Exists(id))
            return Errno.ENOENT;
        link.Target(id.Object, text);
        return Result.Ok;
    }

    /// <summary>
    /// Opens a file. The caller must check the permissions of the user; the checks made here apply to root as well.
    /// </summary>
    /// <param name="flags">The flags of open(2); only the access mode matters.</param>
    /// <returns>The open file; EACCES if no permission bit allows this access, ENODEV if the object was removed, EISDIR for a directory,
    /// EINVAL for a link, ENOENT if no node ever had this number.</returns>
    public Result<KernfsOpenFile> Open(NodeId id, uint flags)
    {
        if (_kinds.Find(id) is not { } kind)
            return Errno.ENOENT;
        if (id.Entry == 0)
            return kind.Type is null ? Errno.EINVAL : Errno.EISDIR;
        if (kind.EntryOf(id) is not FileEntry entry)
            return Errno.EINVAL;
        if (!kind.IsAlive(id))
            return Errno.ENODEV;
        if (entry.ModeBindsRoot)
        {
            var mode = _changedAttributes.ModeOf(id, entry.Mode);
            if ((OpenFlags.Reads(flags) && (mode & ModeBits.AnyRead) == 0) || (OpenFlags.Writes(flags) && (mode & ModeBits.AnyWrite) == 0))
                return Errno.EACCES;
        }
        return OpenFiles.Add(kind, id, entry);
    }

    /// <summary>Opens a file whose opening was allowed before, whatever its mode is now.</summary>
    /// <param name="id">A file that exists.</param>
    public KernfsOpenFile Reopen(NodeId id) =>
        _kinds.Find(id) is { } kind && kind.EntryOf(id) is FileEntry entry
            ? OpenFiles.Add(kind, id, entry)
            : throw new ArgumentException($"{id} is no file");

    /// <summary>Writes to an open file for a caller, of which <see cref="Callers"/> is notified.</summary>
    /// <inheritdoc cref="KernfsOpenFile.Write"/>
    public Result<int> Write(in Caller caller, KernfsOpenFile file, ReadOnlySpan<byte> data)
    {
        if (Callers is not { } callers)
            return file.Write(data);
        if (callers.BeginWrite(caller, file, data).Failed(out var error))
            return error;
        var written = file.Write(data);
        return callers.EndWrite(caller, file, data, written);
    }

    /// <summary>
    /// Passes the modes, owners and times that were changed through a stream, except those of links. They belong to paths: an object that
    /// was restored has them, too.
    /// </summary>
    public void Transfer(StateStream state)
    {
        IReadOnlyCollection<NodeAttributes> changed = [.. _changedAttributes.All.Where(node => _kinds.Exists(node.Id) && !node.IsLink)];
        var written = state.List([.. changed.Select(node => (PathOf(node.Id), node))], each => (state.Text(each.Item1), each.node.Transfer(state)));
        if (!state.IsReading)
            return;
        foreach (var node in changed)
        {
            _changedAttributes.Remove(node.Id);
            Changes.AttributesChanged(node.Id);
        }
        foreach (var (path, node) in written)
        {
            if (!Find(path).TryGet(out var id, out _))
                continue;
            _changedAttributes.Set(node with { Id = id });
            Changes.AttributesChanged(id);
        }
    }

    /// <summary>Returns the path of a directory or file from the root.</summary>
    public string PathOf(NodeId id)
    {
        _measured.Clear();
        AppendPath(id, _measured);
        return _measured.ToString();
    }

    /// <summary>The result of fsync(2) on an open file. There is nothing to write back.</summary>
    public Result Sync() => _options.RefusesSync ? Errno.EINVAL : Result.Ok;
}
