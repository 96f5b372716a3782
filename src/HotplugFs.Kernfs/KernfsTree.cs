using HotplugFs.Abi;

namespace HotplugFs.Kernfs;

/// <summary>
/// A tree of directories, attributes and links without an object per node: nodes are numbers (<see cref="NodeId"/>) worked out
/// from the tree as written and from the sets of objects behind its families.
/// </summary>
/// <remarks>
/// Owned by one thread: the one that answers requests. Everything here, the callbacks and the sets included, runs on it; nothing
/// locks. A callback that changes what there is says so (<see cref="ChildAdded(NumberedChildren, int, int)"/>) and returns; nothing
/// reacts inside it. Looking up, stat, opening, reading and closing allocate nothing once warm.
/// </remarks>
public sealed partial class KernfsTree
{
    private readonly List<NodeKind> _places = [];
    private readonly Dictionary<ChildSet, NodeKind> _kindsOfChildSets = [];
    private readonly Dictionary<NodeId, NodeAttributes> _changedAttributes = [];
    private readonly TreeOptions _options;

    /// <summary>Makes a tree.</summary>
    /// <param name="root">What is in the root directory.</param>
    /// <param name="options">What all nodes have in common.</param>
    /// <exception cref="ArgumentException">The tree has more than 255 places, a family is used twice, or a family of directories
    /// is in a directory that there can be several of.</exception>
    public KernfsTree(DirectoryType root, TreeOptions? options = null)
    {
        _options = options ?? new TreeOptions();
        AddDirectory(root, parent: null, family: null, owner: null);
    }

    /// <summary>The root directory.</summary>
    public NodeId Root => new(1, 0, 0, 0);

    /// <summary>
    /// False if the node's object went or was never there. What a link of a family points from is not known from its number: such
    /// a link is reported to exist where it is in a directory that there can be several of.
    /// </summary>
    /// <param name="id">The node.</param>
    public bool Exists(NodeId id)
    {
        if (PlaceOf(id) is not { } place || !IsAlive(place, id))
            return false;
        return id.Entry == 0 || EntryOf(place, id) is { } row && row.IsVisibleIn(id.Object);
    }

    /// <summary>
    /// What stat(2) says. A node whose object went still has attributes, for those who hold it open; a directory then has no
    /// subdirectories.
    /// </summary>
    /// <param name="id">The node.</param>
    /// <returns>The attributes; ENOENT if the number belongs to no node that ever was.</returns>
    public Result<NodeAttributes> GetAttributes(NodeId id)
    {
        if (PlaceOf(id) is not { } place)
            return Errno.ENOENT;
        var attributes = new NodeAttributes
        {
            Id = id,
            LinkCount = 1,
            Uid = _options.Uid,
            Gid = _options.Gid,
            AccessTime = _options.BootTime,
            ModifyTime = _options.BootTime,
            ChangeTime = _options.BootTime,
        };
        switch (id.Entry == 0 ? null : EntryOf(place, id))
        {
            case FileEntry file:
                attributes = attributes with { Mode = ModeBits.Regular | file.Mode, Size = file.Size, IsVolatile = file.IsVolatile };
                break;
            case LinkEntry:
                attributes = attributes with { Mode = ModeBits.Link | ModeBits.Mode0777 };
                break;
            case null when id.Entry == 0 && place.Type is { } type:
                attributes = attributes with { Mode = ModeBits.Directory | type.Mode, LinkCount = 2 + CountSubdirectories(place, id) };
                break;
            case null when id.Entry == 0:
                attributes = attributes with { Mode = ModeBits.Link | ModeBits.Mode0777 };
                break;
            default:
                return Errno.ENOENT;
        }
        return WithChanges(attributes);
    }

    /// <summary>
    /// Does what chmod(2), chown(2) and utimensat(2) ask for; it sticks as long as the object is there. A change of size is not
    /// among it: sysfs accepts truncation and does nothing.
    /// </summary>
    /// <param name="id">The node.</param>
    /// <param name="change">What to change.</param>
    /// <returns>Success; ENOENT if the object went.</returns>
    public Result SetAttributes(NodeId id, in AttributesChange change)
    {
        if (change.IsEmpty)
            return Result.Ok;
        var old = GetAttributes(id);
        if (!old.IsOk || !Exists(id))
            return Errno.ENOENT;
        var type = old.Value.Mode & ModeBits.TypeMask;
        _changedAttributes[id] = old.Value with
        {
            Mode = type | ((change.Mode ?? old.Value.Mode) & ModeBits.PermissionMask),
            Uid = change.Uid ?? old.Value.Uid,
            Gid = change.Gid ?? old.Value.Gid,
            AccessTime = change.AccessTime ?? old.Value.AccessTime,
            ModifyTime = change.ModifyTime ?? old.Value.ModifyTime,
            ChangeTime = change.Now,
        };
        return Result.Ok;
    }

    /// <summary>Where a link points to.</summary>
    /// <param name="id">The link.</param>
    /// <param name="text">Where to add.</param>
    /// <returns>Success; EINVAL if the node is no link.</returns>
    public Result ReadLink(NodeId id, TextBuffer text)
    {
        if (PlaceOf(id) is not { } place)
            return Errno.ENOENT;
        if (id.Entry == 0 && place.ChildSet?.Target is { } childTarget)
            childTarget(id.Object, text);
        else if (id.Entry != 0 && EntryOf(place, id) is LinkEntry link)
            link.Target(id.Object, text);
        else
            return Errno.EINVAL;
        return Result.Ok;
    }

    private NodeKind AddDirectory(DirectoryType type, NodeKind? parent, ChildSet? family, ChildSet? owner)
    {
        var place = AddPlace(type, parent, family, owner);
        place.Subdirectories = new NodeKind?[type.EntryArray.Length];
        for (var i = 0; i < type.EntryArray.Length; i++)
            if (type.EntryArray[i] is DirectoryEntry row)
                place.Subdirectories[i] = AddDirectory(row.Type, place, null, owner);
        place.ChildSets = new NodeKind[type.ChildSetArray.Length];
        for (var i = 0; i < type.ChildSetArray.Length; i++)
            place.ChildSets[i] = AddChildSet(type.ChildSetArray[i], place);
        return place;
    }

    private NodeKind AddChildSet(ChildSet family, NodeKind parent)
    {
        if (family.Type is not null && parent.Owner is not null)
            throw new ArgumentException("a family of directories must be in a directory that there is one of");
        var place = family.Type is { } type
            ? AddDirectory(type, parent, family, owner: family)
            : AddPlace(null, parent, family, owner: null);
        if (!_kindsOfChildSets.TryAdd(family, place))
            throw new ArgumentException("a family is in two places; make one for each");
        return place;
    }

    private NodeKind AddPlace(DirectoryType? type, NodeKind? parent, ChildSet? family, ChildSet? owner)
    {
        if (_places.Count == NodeId.KindLimit)
            throw new ArgumentException($"a tree has at most {NodeId.KindLimit} directories and families of links as written");
        var place = new NodeKind { Kind = _places.Count + 1, Type = type, Parent = parent, ChildSet = family, Owner = owner };
        _places.Add(place);
        return place;
    }

    private NodeKind? PlaceOf(NodeId id) => id.Kind >= 1 && id.Kind <= _places.Count ? _places[id.Kind - 1] : null;

    private static FixedEntry? EntryOf(NodeKind place, NodeId id) =>
        place.Type is { } type && id.Entry <= type.EntryArray.Length ? type.EntryArray[id.Entry - 1] : null;

    private static bool IsAlive(NodeKind place, NodeId id)
    {
        if (place.Type is null && place.Parent!.Owner is not null)
            return true;
        var owner = place.Owner ?? place.ChildSet;
        if (owner is null)
            return id.Object == 0 && id.Generation == 0;
        return owner.Objects.TryGetGeneration(0, id.Object, out var generation) && id.IsGeneration(generation);
    }

    private static int CountSubdirectories(NodeKind place, NodeId id)
    {
        if (!IsAlive(place, id))
            return 0;
        var count = 0;
        for (var i = 0; i < place.Subdirectories.Length; i++)
            if (place.Subdirectories[i] is not null && place.Type!.EntryArray[i].IsVisibleIn(id.Object))
                count++;
        foreach (var family in place.ChildSets)
            if (family.Type is not null)
                count += family.ChildSet!.Objects.Count(id.Object);
        return count;
    }

    private NodeAttributes WithChanges(in NodeAttributes attributes)
    {
        if (_changedAttributes.Count == 0 || !_changedAttributes.TryGetValue(attributes.Id, out var changed))
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
}
