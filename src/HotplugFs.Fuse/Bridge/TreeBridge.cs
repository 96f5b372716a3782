using HotplugFs.Abi;
using HotplugFs.Fuse.Passthrough;
using HotplugFs.Fuse.Protocol;
using HotplugFs.Kernfs;

namespace HotplugFs.Fuse.Bridge;

/// <summary>
/// The tree as the kernel sees it: requests become calls, results become replies. Node numbers are the tree's, but for the
/// directory that is mounted, which the kernel calls 1. Runs on the tree's thread and allocates nothing once warm.
/// </summary>
internal sealed partial class TreeBridge
{
    /// <summary>The kernel's number of the directory that is mounted (FUSE_ROOT_ID).</summary>
    internal const ulong RootId = 1;

    // As long as the kernel can count: what it knows stays true until a notification says otherwise.
    private const ulong ForeverSeconds = uint.MaxValue;

    private readonly KernfsTree _tree;
    private readonly NodeId _root;
    private readonly TimeProvider _clock;
    private readonly DirectoryWriter _directoryWriter;
    private readonly TextBuffer _linkTarget = new();
    private readonly IBackingFiles? _backingFiles;
    private readonly PassthroughUse _use;
    private PassthroughFiles? _passthrough;

    /// <param name="tree">The tree.</param>
    /// <param name="root">The directory that is mounted.</param>
    /// <param name="clock">Tells the time of changes of attributes.</param>
    /// <param name="backingFiles">Where the kernel takes files to read in our place; null if it cannot.</param>
    /// <param name="use">For which attributes it is to.</param>
    internal TreeBridge(KernfsTree tree, NodeId root, TimeProvider clock, IBackingFiles? backingFiles = null, PassthroughUse use = default)
    {
        _tree = tree;
        _root = root;
        _clock = clock;
        _backingFiles = use == PassthroughUse.None ? null : backingFiles;
        _use = use;
        _directoryWriter = new DirectoryWriter(this);
    }

    /// <summary>Answers one request, whatever it is.</summary>
    internal void Answer(Request request, Reply reply)
    {
        if (OperationTable.Find(request.Header.Opcode) is not { } operation)
            reply.Error(Errno.ENOSYS);
        else if (request.Body.Length < operation.MinimalSize)
            reply.Error(Errno.EINVAL);
        else
            operation.Handler(this, request, reply);
    }

    /// <summary>The kernel's number of a node.</summary>
    internal ulong Outward(NodeId id) => id == _root ? RootId : id.Value;

    private NodeId Inward(ulong number) => number == RootId ? _root : new NodeId(number);

    internal void Lookup(Request request, Reply reply)
    {
        var found = _tree.Lookup(Inward(request.Header.NodeId), request.Name);
        if (found.IsOk)
            reply.Ok(Entry(found.Value));
        else if (found.Error == Errno.ENOENT)
            // The kernel keeps absent names too; a child that comes is told to it.
            reply.Ok(new EntryOut { EntrySeconds = ForeverSeconds });
        else
            reply.Error(found.Error);
    }

    internal void GetAttributes(Request request, Reply reply)
    {
        var attributes = _tree.GetAttributes(Inward(request.Header.NodeId));
        if (!attributes.IsOk)
            reply.Error(attributes.Error);
        else
            reply.Ok(new AttrOut { AttrSeconds = Lifetime(attributes.Value), Attr = Attributes(attributes.Value) });
    }

    internal void SetAttributes(Request request, Reply reply)
    {
        ref readonly var wanted = ref request.As<SetAttrIn>();
        var now = Timespec.From(_clock.GetUtcNow());
        var change = new AttributesChange
        {
            Mode = Has(wanted.Valid, SetAttrValid.Mode) ? wanted.Mode : null,
            Uid = Has(wanted.Valid, SetAttrValid.Uid) ? wanted.Uid : null,
            Gid = Has(wanted.Valid, SetAttrValid.Gid) ? wanted.Gid : null,
            AccessTime = Time(wanted.Valid, SetAttrValid.AccessTime, SetAttrValid.AccessTimeNow,
                new Timespec(wanted.AccessSeconds, wanted.AccessNanoseconds), now),
            ModifyTime = Time(wanted.Valid, SetAttrValid.ModifyTime, SetAttrValid.ModifyTimeNow,
                new Timespec(wanted.ModifySeconds, wanted.ModifyNanoseconds), now),
            Now = now,
        };
        var set = _tree.SetAttributes(Inward(request.Header.NodeId), change);
        if (set.IsOk)
            GetAttributes(request, reply);
        else
            reply.Error(set.Error);
    }

    internal void ReadLink(Request request, Reply reply)
    {
        _linkTarget.Clear();
        var read = _tree.ReadLink(Inward(request.Header.NodeId), _linkTarget);
        if (read.IsOk)
            reply.Ok(_linkTarget.Text);
        else
            reply.Error(read.Error);
    }

    internal void ReadDirectory(Request request, Reply reply) => List(request, reply, withAttributes: false);

    internal void ReadDirectoryPlus(Request request, Reply reply) => List(request, reply, withAttributes: true);

    private void List(Request request, Reply reply, bool withAttributes)
    {
        ref readonly var wanted = ref request.As<ReadIn>();
        _directoryWriter.Begin(reply, wanted.Size, withAttributes);
        var listed = _tree.ReadDirectory(Inward(request.Header.NodeId), wanted.Offset, _directoryWriter);
        if (listed.IsOk)
            reply.Ok(_directoryWriter.Length);
        else
            reply.Error(listed.Error);
    }

    internal static void StatFs(Reply reply) =>
        reply.Ok(new StatFsOut { BlockSize = SysfsAttribute.PageSize, FragmentSize = SysfsAttribute.PageSize, NameLength = 255 });

    /// <summary>A node as replies to lookups and listings describe it.</summary>
    internal EntryOut Entry(NodeId id)
    {
        // Only nodes that the tree has just named come here.
        var attributes = _tree.GetAttributes(id).Value;
        return new EntryOut
        {
            NodeId = Outward(id),
            EntrySeconds = ForeverSeconds,
            AttrSeconds = Lifetime(attributes),
            Attr = Attributes(attributes),
        };
    }

    private static ulong Lifetime(in NodeAttributes attributes) => attributes.IsVolatile ? 0 : ForeverSeconds;

    private Attr Attributes(in NodeAttributes attributes) => new()
    {
        Inode = Outward(attributes.Id),
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
        BlockSize = SysfsAttribute.PageSize,
    };

    private static bool Has(SetAttrValid valid, SetAttrValid flag) => (valid & flag) != 0;

    private static Timespec? Time(SetAttrValid valid, SetAttrValid flag, SetAttrValid nowFlag, Timespec wanted, Timespec now)
    {
        if (Has(valid, nowFlag))
            return now;
        return Has(valid, flag) ? wanted : null;
    }
}
