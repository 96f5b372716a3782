using System.Runtime.CompilerServices;

namespace HotplugFs.Fuse.Bridge;

/// <summary>
/// The handlers of all requests that the server answers. Other requests get ENOSYS; the kernel then stops sending them and behaves as for
/// file systems without that operation.
/// </summary>
internal sealed class OperationTable
{
    private Operation?[] _byOpcode = [];

    internal OperationTable(Negotiation negotiation, NodeOperations nodes, FileOperations files)
    {
        Add<InitIn>(Opcode.Init, negotiation.Init);
        Add(Opcode.Destroy, Accept);
        Add(Opcode.Interrupt, files.Interrupt);
        Add(Opcode.Forget, Ignore);
        Add(Opcode.BatchForget, Ignore);
        Add(Opcode.StatFs, nodes.StatFs);

        // The name has at least its NUL.
        Add<byte>(Opcode.Lookup, nodes.Lookup);
        Add(Opcode.GetAttr, nodes.GetAttributes);
        Add<SetAttrIn>(Opcode.SetAttr, nodes.SetAttributes);
        Add(Opcode.ReadLink, nodes.ReadLink);
        Add(Opcode.Access, Accept);

        // Open directories have no state. After ENOSYS the kernel opens directories by itself and caches their listings.
        Add(Opcode.OpenDir, Refuse(Errno.ENOSYS));
        Add<ReadIn>(Opcode.ReadDir, nodes.ReadDirectory);
        Add<ReadIn>(Opcode.ReadDirPlus, nodes.ReadDirectoryPlus);
        Add(Opcode.ReleaseDir, Accept);
        Add(Opcode.FSyncDir, Refuse(Errno.EINVAL));

        Add<OpenIn>(Opcode.Open, files.Open);
        Add<ReadIn>(Opcode.Read, files.Read);
        Add<WriteIn>(Opcode.Write, files.Write);
        Add<ReleaseIn>(Opcode.Release, files.Release);
        Add<PollIn>(Opcode.Poll, files.Poll);
        Add(Opcode.FSync, files.Sync);
        Add(Opcode.Flush, Refuse(Errno.ENOSYS));
        Add(Opcode.FAllocate, Refuse(Errno.EOPNOTSUPP));
        Add(Opcode.Ioctl, Refuse(Errno.ENOTTY));

        // The kernel then computes SEEK_DATA and SEEK_HOLE from st_size, as it does for sysfs.
        Add(Opcode.LSeek, Refuse(Errno.ENOSYS));

        // The caller gets EOPNOTSUPP and the kernel stops asking, which saves ls a request per entry.
        Add(Opcode.GetXattr, Refuse(Errno.ENOSYS));
        Add(Opcode.ListXattr, Refuse(Errno.ENOSYS));
        Add(Opcode.SetXattr, Refuse(Errno.ENOSYS));
        Add(Opcode.RemoveXattr, Refuse(Errno.ENOSYS));

        // Clients cannot change the structure. The kernel checks by itself for EEXIST, ENOENT, EISDIR, ENOTDIR and EXDEV.
        Add(Opcode.Create, Refuse(StructureErrors.Create));
        Add<MkNodIn>(Opcode.MkNod, static (request, reply) => reply.Error(StructureErrors.MakeNode(request.As<MkNodIn>().Mode)));
        Add(Opcode.MkDir, Refuse(StructureErrors.Other));
        Add(Opcode.Symlink, Refuse(StructureErrors.Other));
        Add(Opcode.Link, Refuse(StructureErrors.Other));
        Add(Opcode.Unlink, Refuse(StructureErrors.Other));
        Add(Opcode.RmDir, Refuse(StructureErrors.Other));
        Add(Opcode.Rename, Refuse(StructureErrors.Other));
        Add(Opcode.Rename2, Refuse(StructureErrors.Other));
    }

    /// <summary>Handles one request, whatever it is.</summary>
    internal void Handle(Request request, Reply reply)
    {
        if (Find(request.Header.Opcode) is not { } operation)
            reply.Error(Errno.ENOSYS);
        else if (request.Body.Length < operation.BodyMin)
            reply.Error(Errno.EINVAL);
        else
            operation.Handler(request, reply);
    }

    /// <summary>The row of an operation, or null.</summary>
    internal Operation? Find(Opcode opcode) => (uint)opcode < (uint)_byOpcode.Length ? _byOpcode[(uint)opcode] : null;

    private void Add<T>(Opcode opcode, Handler handler) where T : unmanaged => Add(opcode, handler, Unsafe.SizeOf<T>());

    private void Add(Opcode opcode, Handler handler, int bodyMin = 0)
    {
        if (Find(opcode) is not null)
            throw new ArgumentException($"{opcode} has two rows");
        if ((int)opcode >= _byOpcode.Length)
            Array.Resize(ref _byOpcode, (int)opcode + 1);
        _byOpcode[(int)opcode] = new Operation(bodyMin, handler);
    }

    private static Handler Refuse(Errno error) => (_, reply) => reply.Error(error);

    private static void Accept(Request request, Reply reply) => reply.Ok();

    // Nodes are not counted, so FORGET needs no action.
    private static void Ignore(Request request, Reply reply) => reply.NoReply();
}
