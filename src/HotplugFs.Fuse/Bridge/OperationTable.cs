using HotplugFs.Abi;
using HotplugFs.Fuse.Protocol;
using HotplugFs.Kernfs;

namespace HotplugFs.Fuse.Bridge;

/// <summary>
/// All requests that have an answer of their own; whatever is not here is answered with ENOSYS, after which the kernel does not ask
/// again and does what it does for file systems without that operation.
/// </summary>
internal static class OperationTable
{
    internal static readonly Operation[] Rows =
    [
        new(Opcode.Init, "INIT", 16, static (bridge, request, reply) => bridge.Init(request, reply)),
        new(Opcode.Destroy, "DESTROY", 0, Accept),
        new(Opcode.Interrupt, "INTERRUPT", 8, Ignore),
        new(Opcode.Forget, "FORGET", 0, Ignore),
        new(Opcode.BatchForget, "BATCH_FORGET", 0, Ignore),
        new(Opcode.StatFs, "STATFS", 0, static (_, _, reply) => TreeBridge.StatFs(reply)),

        new(Opcode.Lookup, "LOOKUP", 1, static (bridge, request, reply) => bridge.Lookup(request, reply)),
        new(Opcode.GetAttr, "GETATTR", 0, static (bridge, request, reply) => bridge.GetAttributes(request, reply)),
        new(Opcode.SetAttr, "SETATTR", 88, static (bridge, request, reply) => bridge.SetAttributes(request, reply)),
        new(Opcode.ReadLink, "READLINK", 0, static (bridge, request, reply) => bridge.ReadLink(request, reply)),
        new(Opcode.Access, "ACCESS", 0, Accept),

        // Directories have no state of their own while open. After this answer the kernel keeps listings.
        new(Opcode.OpenDir, "OPENDIR", 0, Refuse(Errno.ENOSYS)),
        new(Opcode.ReadDir, "READDIR", 40, static (bridge, request, reply) => bridge.ReadDirectory(request, reply)),
        new(Opcode.ReadDirPlus, "READDIRPLUS", 40, static (bridge, request, reply) => bridge.ReadDirectoryPlus(request, reply)),
        new(Opcode.ReleaseDir, "RELEASEDIR", 0, Accept),
        new(Opcode.FSyncDir, "FSYNCDIR", 0, Refuse(Errno.EINVAL)),

        new(Opcode.Open, "OPEN", 8, static (bridge, request, reply) => bridge.Open(request, reply)),
        new(Opcode.Read, "READ", 40, static (bridge, request, reply) => bridge.Read(request, reply)),
        new(Opcode.Write, "WRITE", 40, static (bridge, request, reply) => bridge.Write(request, reply)),
        new(Opcode.Release, "RELEASE", 24, static (bridge, request, reply) => bridge.Release(request, reply)),
        new(Opcode.Poll, "POLL", 24, static (bridge, request, reply) => bridge.Poll(request, reply)),
        new(Opcode.FSync, "FSYNC", 0, static (bridge, _, reply) => bridge.Sync(reply)),
        new(Opcode.Flush, "FLUSH", 0, Refuse(Errno.ENOSYS)),
        new(Opcode.FAllocate, "FALLOCATE", 0, Refuse(Errno.EOPNOTSUPP)),
        new(Opcode.Ioctl, "IOCTL", 0, Refuse(Errno.ENOTTY)),

        // The kernel then works out SEEK_DATA and SEEK_HOLE from st_size, as it does for sysfs.
        new(Opcode.LSeek, "LSEEK", 0, Refuse(Errno.ENOSYS)),

        // The caller sees EOPNOTSUPP and the kernel stops asking, which spares ls a request per entry.
        new(Opcode.GetXattr, "GETXATTR", 0, Refuse(Errno.ENOSYS)),
        new(Opcode.ListXattr, "LISTXATTR", 0, Refuse(Errno.ENOSYS)),
        new(Opcode.SetXattr, "SETXATTR", 0, Refuse(Errno.ENOSYS)),
        new(Opcode.RemoveXattr, "REMOVEXATTR", 0, Refuse(Errno.ENOSYS)),

        // The structure is the machine's. Names that exist or do not, EISDIR, ENOTDIR and EXDEV are the kernel's to tell.
        new(Opcode.Create, "CREATE", 0, Refuse(StructureErrors.Create)),
        new(Opcode.MkNod, "MKNOD", 16, static (_, request, reply) => reply.Error(StructureErrors.MakeNode(request.As<MkNodIn>().Mode))),
        new(Opcode.MkDir, "MKDIR", 0, Refuse(StructureErrors.Other)),
        new(Opcode.Symlink, "SYMLINK", 0, Refuse(StructureErrors.Other)),
        new(Opcode.Link, "LINK", 0, Refuse(StructureErrors.Other)),
        new(Opcode.Unlink, "UNLINK", 0, Refuse(StructureErrors.Other)),
        new(Opcode.RmDir, "RMDIR", 0, Refuse(StructureErrors.Other)),
        new(Opcode.Rename, "RENAME", 0, Refuse(StructureErrors.Other)),
        new(Opcode.Rename2, "RENAME2", 0, Refuse(StructureErrors.Other)),
    ];

    private static readonly Operation?[] ByOpcode = Index();

    /// <summary>The row of an operation; null if it has none.</summary>
    internal static Operation? Find(Opcode opcode) => (uint)opcode < (uint)ByOpcode.Length ? ByOpcode[(uint)opcode] : null;

    private static Operation?[] Index()
    {
        var index = new Operation?[(int)Rows.Max(row => row.Opcode) + 1];
        foreach (var row in Rows)
            index[(int)row.Opcode] = row;
        return index;
    }

    private static Handler Refuse(Errno error) => (_, _, reply) => reply.Error(error);

    private static void Accept(TreeBridge bridge, Request request, Reply reply) => reply.Ok();

    // Nothing is counted per node, so there is nothing to forget. Requests are answered one after the other, each at once: by the time
    // an interruption is read, what it is about is answered or waits for notifications that nobody can stop.
    private static void Ignore(TreeBridge bridge, Request request, Reply reply) => reply.Withhold();
}
