using HotplugFs.Cli.Places;

namespace HotplugFs.Cli.Running;

/// <summary>
/// A /dev with the devices that every container has, and those of FUSE. A device manager that runs in the namespaces cannot change the host's
/// /dev: the device files are the host's, but mounted read-only, which forbids to change their owner and permissions, not to use them.
/// </summary>
internal static class PrivateDevices
{
    /// <summary>The directory.</summary>
    public const string Root = "/dev";

    private const nuint NodeFlags =
        SysMount.MS_REMOUNT | SysMount.MS_BIND | SysMount.MS_RDONLY | SysMount.MS_NOSUID | SysMount.MS_NOEXEC;

    private static readonly string[] Nodes = ["null", "zero", "full", "random", "urandom", "tty", "fuse"];

    /// <summary>Directories of shared memory, which hold files, not devices.</summary>
    private static readonly string[] Directories = ["shm", "mqueue", "hugepages"];

    private static readonly (string Name, string Target)[] Links =
    [
        ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2"),
        ("ptmx", "pts/ptmx"),
    ];

    /// <summary>Mounts the directory in the mount namespace of this thread.</summary>
    /// <param name="terminals">Descriptors, of which the first that is a terminal becomes /dev/console.</param>
    /// <param name="ofMachine">The directory of the machine's device files, which need not exist. They cannot be opened.</param>
    /// <exception cref="CommandException">A mount was refused.</exception>
    public static void Mount(IReadOnlyList<int> terminals, string ofMachine)
    {
        // The descriptors lead to the host's files after the new file system has covered them.
        List<(string Name, bool IsDirectory, int Descriptor)> files = [];
        foreach (var name in Nodes)
            Add(files, name, $"{Root}/{name}", isDirectory: false);
        foreach (var name in Directories)
            Add(files, name, $"{Root}/{name}", isDirectory: true);
        if (terminals.Select(PathOf).FirstOrDefault(IsTerminal) is { } terminal)
            Add(files, "console", terminal, isDirectory: false);
        Require(SysMount.Mount("tmpfs", Root, "tmpfs", SysMount.MS_NOSUID | SysMount.MS_NOEXEC, "mode=755"), Root);
        if (Directory.Exists(ofMachine))
            MountOver(ofMachine);
        foreach (var (name, isDirectory, descriptor) in files)
        {
            Bind($"/proc/self/fd/{descriptor}", $"{Root}/{name}", isDirectory);
            _ = Unistd.Close(descriptor);
        }
        foreach (var (name, target) in Links)
            Require(Unistd.Symlink(target, $"{Root}/{name}"), $"{Root}/{name}");
        Require(SysStat.MkDir($"{Root}/pts", ModeBits.Mode0755), $"{Root}/pts");
        Require(SysMount.Mount("devpts", $"{Root}/pts", "devpts", SysMount.MS_NOSUID | SysMount.MS_NOEXEC,
            "newinstance,ptmxmode=0666,mode=0620"), $"{Root}/pts");
    }

    /// <summary>Lets the directory show the device files of the machine, also those that it gets later.</summary>
    private static void MountOver(string ofMachine)
    {
        const string upper = $"{Root}/upper", work = $"{Root}/work";
        Require(SysStat.MkDir(upper, ModeBits.Mode0755), upper);
        Require(SysStat.MkDir(work, ModeBits.Mode0755), work);
        Require(SysMount.Mount("overlay", Root, "overlay", SysMount.MS_NOSUID | SysMount.MS_NOEXEC,
            $"lowerdir={BindMounts.Escape(ofMachine)},upperdir={upper},workdir={work}"), Root);
    }

    private static void Add(List<(string Name, bool IsDirectory, int Descriptor)> files, string name, string path, bool isDirectory)
    {
        if ((isDirectory ? Directory.Exists(path) : File.Exists(path)) && Fcntl.Open(path, Fcntl.O_PATH | Fcntl.O_CLOEXEC) is { IsOk: true } opened)
            files.Add((name, isDirectory, opened.Value));
    }

    private static void Bind(string source, string place, bool isDirectory)
    {
        Require(isDirectory ? SysStat.MkDir(place, ModeBits.Mode0755) : SysStat.MkNod(place, ModeBits.Regular | ModeBits.Mode0644, 0), place);
        Require(SysMount.Mount(source, place, null, SysMount.MS_BIND, null), place);
        if (!isDirectory)
            Require(SysMount.Mount(null, place, null, NodeFlags, null), place);
    }

    /// <summary>The path is the host's, and leads to the file in this mount namespace.</summary>
    private static string? PathOf(int descriptor) =>
        File.ResolveLinkTarget($"/proc/self/fd/{descriptor}", returnFinalTarget: false)?.FullName;

    private static bool IsTerminal(string? path) =>
        path is "/dev/console" || (path is not null && path != "/dev/tty"
            && (path.StartsWith("/dev/pts/", StringComparison.Ordinal) || path.StartsWith("/dev/tty", StringComparison.Ordinal)));

    private static void Require(Result done, string place)
    {
        if (done.Failed(out var error))
            throw new CommandException($"cannot make a private {place}: {error.Text()}; {OptionNames.Privileged} leaves the host's {Root}");
    }
}
