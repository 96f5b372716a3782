using HotplugFs.Linux;

namespace HotplugFs.Replay.Mounted;

/// <summary>Makes recorded calls with paths.</summary>
internal sealed class PathCalls(MountedPaths paths)
{
    private const int AttributeBytes = 4096;

    /// <summary>Repeats a recorded system call.</summary>
    /// <returns>The result; null if the call has no path.</returns>
    public CallOutcome? Make(RecordedCall call)
    {
        string Path(int index = 0) => paths.Here(call.Text(index));
        return call.Name switch
        {
            "stat" => DescriptorCalls.Attributes(SysStat.Statx(Path())),
            "lstat" => DescriptorCalls.Attributes(SysStat.Statx(Path(), SysStat.AT_SYMLINK_NOFOLLOW)),
            "statfs" => FileSystem(Path()),
            "readlink" => ReadLink(Path()),
            "realpath" => RealPath(Path()),
            "ls" or "lsraw" => List(Path()),
            "chdir" => Value(Unistd.ChDir(Path())),
            "access" => Value(Unistd.Access(Path(), call.Int(1))),
            "mkdir" => Value(SysStat.MkDir(Path(), ModeBits.Mode0755)),
            "rmdir" => Value(Unistd.RmDir(Path())),
            "unlink" => Value(Unistd.Unlink(Path())),
            "mknod" => Value(SysStat.MkNod(Path(), ModeBits.Regular | ModeBits.Mode0644, 0)),
            "mkfifo" => Value(SysStat.MkFifo(Path(), ModeBits.Mode0644)),
            "symlink" => Value(Unistd.Symlink(call.Text(0), Path(1))),
            "link" => Value(Unistd.Link(Path(), Path(1))),
            "rename" => Value(Stdio.Rename(Path(), Path(1))),
            "truncate" => Value(Unistd.Truncate(Path(), call.Long(1))),
            "chmod" => Value(SysStat.ChMod(Path(), call.Octal(1))),
            "chown" => Value(Unistd.ChOwn(Path(), (uint)call.Int(1), (uint)call.Int(2))),
            "utimens" => Value(SysStat.UTimensAt(Path(), call.Long(1))),
            "getxattr" => GetXattr(Path(), call.Text(1)),
            "setxattr" => Value(SysXattr.SetXattr(Path(), call.Text(1), "x"u8)),
            "listxattr" => ListXattr(Path()),
            "removexattr" => Value(SysXattr.RemoveXattr(Path(), call.Text(1))),
            _ => null,
        };
    }

    private static CallOutcome Value(Result result) => DescriptorCalls.Value(result);

    private static CallOutcome FileSystem(string path)
    {
        var result = SysVfs.StatFs(path);
        if (!result.IsOk)
            return result.Error;
        var found = result.Value;
        return CallOutcome.Ok()
            .With("type", Hexadecimal(found.Type)).With("flags", Hexadecimal(found.Flags)).With("namelen", found.NameLength)
            .With("bsize", found.BlockSize).With("frsize", found.FragmentSize)
            .With("blocks", (long)found.Blocks).With("bfree", (long)found.BlocksFree)
            .With("files", (long)found.Files).With("ffree", (long)found.FilesFree);
    }

    private static string Hexadecimal(long number) => $"0x{number.ToString("x", CultureInfo.InvariantCulture)}";

    private static CallOutcome ReadLink(string path)
    {
        var target = RawFile.ReadLink(path);
        return target.IsOk ? CallOutcome.Read(Encoding.Latin1.GetBytes(target.Value)) : target.Error;
    }

    private CallOutcome RealPath(string path)
    {
        var resolved = Stdlib.RealPath(path);
        return resolved.IsOk ? CallOutcome.Ok().With("data", paths.There(resolved.Value)) : resolved.Error;
    }

    private static CallOutcome List(string path)
    {
        var listed = RawFile.List(path);
        return listed.IsOk ? CallOutcome.List(listed.Value) : listed.Error;
    }

    private static CallOutcome GetXattr(string path, string name) =>
        DescriptorCalls.Value(SysXattr.GetXattr(path, name, stackalloc byte[AttributeBytes]));

    private static CallOutcome ListXattr(string path)
    {
        Span<byte> list = stackalloc byte[AttributeBytes];
        var length = SysXattr.ListXattr(path, list);
        return length.IsOk ? CallOutcome.Read(list[..length.Value]) : length.Error;
    }
}
