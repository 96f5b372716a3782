using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using HotplugFs.Abi;
using HotplugFs.Replay.Native;

namespace HotplugFs.Replay.Mounted;

/// <summary>Recorded calls with paths.</summary>
/// <param name="paths">Where they are here.</param>
internal sealed unsafe class PathCalls(MountedPaths paths)
{
    private const uint RegularFile = 0x8000;
    private const uint AllMayReadOwnerWrites = 0x1a4;
    private const uint AllMayEnter = 0x1ed;
    private const int PathBytes = 4096;

    /// <summary>Makes a call.</summary>
    /// <returns>What it came to; null if it is no call with a path.</returns>
    public CallOutcome? Make(RecordedCall call)
    {
        string Path(int index = 0) => paths.Here(call.Text(index));
        return call.Verb switch
        {
            "stat" => DescriptorCalls.Attributes(RawFile.Stat(Path(), 0)),
            "lstat" => DescriptorCalls.Attributes(RawFile.Stat(Path(), StatX.NoFollow)),
            "statfs" => FileSystem(Path()),
            "readlink" => ReadLink(Path()),
            "realpath" => RealPath(Path()),
            "ls" or "lsraw" => List(Path()),
            "chdir" => Value(Interop.ChDir(Path())),
            "access" => Value(Interop.Access(Path(), call.Int(1))),
            "mkdir" => Value(Interop.MkDir(Path(), AllMayEnter)),
            "rmdir" => Value(Interop.RmDir(Path())),
            "unlink" => Value(Interop.Unlink(Path())),
            "mknod" => Value(Interop.MkNod(Path(), RegularFile | AllMayReadOwnerWrites, 0)),
            "mkfifo" => Value(Interop.MkFifo(Path(), AllMayReadOwnerWrites)),
            "symlink" => Value(Interop.Symlink(call.Text(0), Path(1))),
            "link" => Value(Interop.Link(Path(), Path(1))),
            "rename" => Value(Interop.Rename(Path(), Path(1))),
            "truncate" => Value(Interop.Truncate(Path(), call.Long(1))),
            "chmod" => Value(Interop.ChMod(Path(), call.Octal(1))),
            "chown" => Value(Interop.ChOwn(Path(), (uint)call.Int(1), (uint)call.Int(2))),
            "utimens" => SetTimes(Path(), call.Long(1)),
            "getxattr" => GetXattr(Path(), call.Text(1)),
            "setxattr" => SetXattr(Path(), call.Text(1)),
            "listxattr" => ListXattr(Path()),
            "removexattr" => Value(Interop.RemoveXattr(Path(), call.Text(1))),
            _ => null,
        };
    }

    private static CallOutcome Value(long result) => DescriptorCalls.Value(result);

    private static CallOutcome FileSystem(string path)
    {
        StatFs found;
        if (Interop.StatFs(path, &found) < 0)
            return Interop.LastError;
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
        var resolved = stackalloc byte[PathBytes];
        if (Interop.RealPath(path, resolved) is null)
            return Interop.LastError;
        return CallOutcome.Ok().With("data", paths.There(Encoding.Latin1.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(resolved))));
    }

    private static CallOutcome List(string path)
    {
        var listed = RawFile.List(path);
        return listed.IsOk ? CallOutcome.Ok().With("ents", CallComparison.List(listed.Value)) : listed.Error;
    }

    private static CallOutcome SetTimes(string path, long seconds)
    {
        var times = stackalloc TimeSpec[2] { new() { Seconds = seconds }, new() { Seconds = seconds } };
        return Value(Interop.UTimensAt(Interop.CurrentDirectory, path, times, 0));
    }

    private static CallOutcome GetXattr(string path, string name)
    {
        var value = stackalloc byte[PathBytes];
        return Value(Interop.GetXattr(path, name, value, PathBytes));
    }

    private static CallOutcome SetXattr(string path, string name)
    {
        var value = (byte)'x';
        return Value(Interop.SetXattr(path, name, &value, 1, 0));
    }

    private static CallOutcome ListXattr(string path)
    {
        var list = stackalloc byte[PathBytes];
        var length = Interop.ListXattr(path, list, PathBytes);
        return length < 0 ? Interop.LastError : CallOutcome.Read(new ReadOnlySpan<byte>(list, (int)length));
    }
}
