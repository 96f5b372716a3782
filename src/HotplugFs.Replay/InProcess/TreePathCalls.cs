using HotplugFs.Kernfs;

namespace HotplugFs.Replay.InProcess;

/// <summary>Repeats recorded calls with paths on a tree without a mount.</summary>
internal sealed class TreePathCalls(KernfsTree tree, TreeFiles files)
{
    private const uint WriteBit = 2;

    /// <summary>Repeats a recorded system call.</summary>
    /// <returns>The result; null if the kernel would not ask the tree.</returns>
    public CallOutcome? Make(RecordedCall call, uint uid) => call.Name switch
    {
        "stat" => With(files.Resolve(call.Text(0)), Stat),
        "lstat" => With(files.Resolve(call.Text(0), followsLast: false), Stat),
        "readlink" => With(files.Resolve(call.Text(0), followsLast: false), ReadLink),
        "ls" or "lsraw" => With(files.Resolve(call.Text(0)), List),
        "access" => With(
            files.Resolve(call.Text(0)), node => files.MayAccess(node, (uint)call.Int(1), uid) ? CallOutcome.Ok() : Errno.EACCES),
        "truncate" => With(files.Resolve(call.Text(0)), node => Truncate(node, call.Long(1), uid)),
        "chmod" => Change(call, uid, new AttributesChange { Mode = uid == 0 ? call.Octal(1) : 0 }),
        "chown" => Change(call, uid, new AttributesChange { Uid = (uint)call.Int(1), Gid = (uint)call.Int(2) }),
        "utimens" => Change(call, uid, new AttributesChange { AccessTime = new(call.Int(1), 0), ModifyTime = new(call.Int(1), 0) }),
        "unlink" or "rmdir" => Remove(call, uid),
        "mkdir" or "mkfifo" => Add(call.Text(0), StructureErrors.Other, uid),
        "mknod" => Add(call.Text(0), StructureErrors.Create, uid),
        "symlink" => Add(call.Text(1), StructureErrors.Other, uid),
        "rename" when IsInTree(call.Text(0)) && IsInTree(call.Text(1)) => Rename(call, uid),
        _ => null,
    };

    private static bool IsInTree(string path) => !path.StartsWith('/') || path.StartsWith("/sys/", StringComparison.Ordinal);

    /// <summary>Returns the result of stat(2).</summary>
    public static CallOutcome Stat(NodeAttributes attributes) => CallOutcome.Ok()
        .With("type", ModeText.Type(attributes.Mode)).With("mode", ModeText.Permissions(attributes.Mode))
        .With("size", attributes.Size).With("nlink", attributes.LinkCount)
        .With("uid", attributes.Uid).With("gid", attributes.Gid)
        .With("blocks", 0).With("blksize", attributes.BlockSize).With("mtime", attributes.ModifyTime.Seconds)
        .With("ino", attributes.Id.Value.ToString(CultureInfo.InvariantCulture));

    private static CallOutcome With(Result<NodeId> found, Func<NodeId, CallOutcome> call) => found.IsOk ? call(found.Value) : found.Error;

    private CallOutcome Stat(NodeId node) => Stat(tree.GetAttributes(node).Value);

    private CallOutcome ReadLink(NodeId node)
    {
        var target = new TextBuffer();
        var read = tree.ReadLink(node, target);
        return read.IsOk ? CallOutcome.Read(target.Text) : read.Error;
    }

    private CallOutcome List(NodeId node)
    {
        if (!tree.GetAttributes(node).Value.IsDirectory)
            return Errno.ENOTDIR;
        var children = new DirectoryNames();
        var listed = tree.ReadDirectory(node, 0, children);
        if (!listed.IsOk)
            return listed.Error;
        var names = children.Entries.Select(entry => entry.Name + ModeText.Suffix(tree.GetAttributes(entry.Id).Value.Mode));
        return CallOutcome.List(names.Append("./").Append("../"));
    }

    private CallOutcome Truncate(NodeId node, long length, uint uid)
    {
        if (length < 0)
            return Errno.EINVAL;
        if (tree.GetAttributes(node).Value.IsDirectory)
            return Errno.EISDIR;
        if (!files.MayAccess(node, WriteBit, uid))
            return Errno.EACCES;
        var set = tree.SetAttributes(node, new AttributesChange());
        return set.IsOk ? CallOutcome.Ok() : set.Error;
    }

    private CallOutcome Change(RecordedCall call, uint uid, AttributesChange change) => With(files.Resolve(call.Text(0)), node =>
    {
        if (uid != 0)
            return Errno.EPERM;
        var set = tree.SetAttributes(node, change);
        return set.IsOk ? CallOutcome.Ok() : set.Error;
    });

    private CallOutcome Remove(RecordedCall call, uint uid) => With(files.Resolve(call.Text(0), followsLast: false), node =>
    {
        if (!MayWriteAbove(call.Text(0), uid))
            return Errno.EACCES;
        var isDirectory = tree.GetAttributes(node).Value.IsDirectory;
        if (isDirectory == (call.Name == "unlink"))
            return isDirectory ? Errno.EISDIR : Errno.ENOTDIR;
        return StructureErrors.Other;
    });

    private CallOutcome Add(string path, Errno answer, uint uid)
    {
        var found = files.Resolve(path, followsLast: false);
        if (found.IsOk)
            return Errno.EEXIST;
        if (found.Error != Errno.ENOENT)
            return found.Error;
        return MayWriteAbove(path, uid) ? answer : Errno.EACCES;
    }

    private CallOutcome Rename(RecordedCall call, uint uid) => With(files.Resolve(call.Text(0), followsLast: false), node =>
    {
        if (files.Resolve(call.Text(1), followsLast: false) is { IsOk: true } target && target.Value == node)
            return CallOutcome.Ok();
        return MayWriteAbove(call.Text(1), uid) ? StructureErrors.Other : Errno.EACCES;
    });

    private bool MayWriteAbove(string path, uint uid)
    {
        var above = files.Resolve(path.Contains('/', StringComparison.Ordinal) ? path[..path.LastIndexOf('/')] : ".");
        return uid == 0 || (above.IsOk && files.MayAccess(above.Value, WriteBit, uid));
    }
}
