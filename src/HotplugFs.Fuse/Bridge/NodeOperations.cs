namespace HotplugFs.Fuse.Bridge;

/// <summary>The operations on names, attributes, links and directories. Run on the tree's thread and allocate nothing once warm.</summary>
/// <param name="clock">The time of attribute changes.</param>
internal sealed class NodeOperations(KernfsTree tree, NodeEncoder encoder, CachedSizes sizes, TimeProvider clock)
{
    private const uint NameMax = 255;

    private readonly DirectoryWriter _directoryWriter = new(encoder);
    private readonly TextBuffer _linkTarget = new();

    internal void Lookup(Request request, Reply reply)
    {
        if (tree.Lookup(Node(request), request.Name).TryGet(out var node, out var error))
            reply.Ok(encoder.Entry(node));
        else if (error == Errno.ENOENT)
            // The kernel caches missing names too; a notification invalidates the name of a child that is added.
            reply.Ok(new EntryOut { EntrySeconds = NodeEncoder.ForeverSeconds });
        else
            reply.Error(error);
    }

    internal void GetAttributes(Request request, Reply reply)
    {
        if (!tree.GetAttributes(Node(request)).TryGet(out var attributes, out var error))
        {
            reply.Error(error);
            return;
        }
        var isCached = !sizes.IsTextLength(attributes);
        if (!isCached && !attributes.IsVolatile)
            sizes.KeepFromCaching(attributes.Id);
        reply.Ok(new AttrOut { AttrSeconds = NodeEncoder.Lifetime(isCached), Attr = encoder.Attributes(attributes) });
    }

    internal void SetAttributes(Request request, Reply reply)
    {
        ref readonly var arguments = ref request.As<SetAttrIn>();
        var now = Timespec.From(clock.GetUtcNow());
        var change = new AttributesChange
        {
            Mode = Has(arguments.Valid, SetAttrValid.Mode) ? arguments.Mode : null,
            Uid = Has(arguments.Valid, SetAttrValid.Uid) ? arguments.Uid : null,
            Gid = Has(arguments.Valid, SetAttrValid.Gid) ? arguments.Gid : null,
            AccessTime = Time(arguments.Valid, SetAttrValid.AccessTime, SetAttrValid.AccessTimeNow,
                new Timespec(arguments.AccessSeconds, arguments.AccessNanoseconds), now),
            ModifyTime = Time(arguments.Valid, SetAttrValid.ModifyTime, SetAttrValid.ModifyTimeNow,
                new Timespec(arguments.ModifySeconds, arguments.ModifyNanoseconds), now),
            Now = now,
        };
        if (tree.SetAttributes(Node(request), change).Failed(out var error))
            reply.Error(error);
        else
            GetAttributes(request, reply);
    }

    internal void ReadLink(Request request, Reply reply)
    {
        _linkTarget.Clear();
        if (tree.ReadLink(Node(request), _linkTarget).Failed(out var error))
            reply.Error(error);
        else
            reply.Ok(_linkTarget.Text);
    }

    internal void ReadDirectory(Request request, Reply reply) => List(request, reply, withAttributes: false);

    internal void ReadDirectoryPlus(Request request, Reply reply) => List(request, reply, withAttributes: true);

    internal void StatFs(Request request, Reply reply) =>
        reply.Ok(new StatFsOut { BlockSize = (uint)tree.PageSize, FragmentSize = (uint)tree.PageSize, NameLength = NameMax });

    private void List(Request request, Reply reply, bool withAttributes)
    {
        ref readonly var arguments = ref request.As<ReadIn>();
        _directoryWriter.Begin(reply, arguments.Size, withAttributes);
        if (tree.ReadDirectory(Node(request), arguments.Offset, _directoryWriter).Failed(out var error))
            reply.Error(error);
        else
            reply.Ok(_directoryWriter.Length);
    }

    private NodeId Node(Request request) => encoder.FromKernel(request.Header.NodeId);

    private static bool Has(SetAttrValid valid, SetAttrValid flag) => (valid & flag) != 0;

    private static Timespec? Time(SetAttrValid valid, SetAttrValid flag, SetAttrValid nowFlag, Timespec requested, Timespec now)
    {
        if (Has(valid, nowFlag))
            return now;
        return Has(valid, flag) ? requested : null;
    }
}
