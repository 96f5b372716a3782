using HotplugFs.Cli.Daemon;
using HotplugFs.Cli.Places;
using HotplugFs.Fuse.Mount;

namespace HotplugFs.Cli.Containers;

/// <summary>The machine of a container: its daemon, its mount, and the bind mounts that put it at the real paths.</summary>
/// <remarks>
/// The daemon runs in a mount namespace without the bind mounts: the runtime reads /proc/meminfo, and a process must not wait for what it
/// serves. The mount propagates from there to the container's own namespace, which docker exec enters.
/// </remarks>
internal sealed class ContainerMount : IDisposable
{
    /// <summary>Copies the mounts but keeps them shared, so that the daemon's mount appears in the container.</summary>
    private static readonly string[] DaemonNamespace = ["unshare", "--mount", "--propagation", "unchanged", "--"];

    private readonly BindMounts _places;

    private ContainerMount(string directory, int daemon, string description)
    {
        Directory = directory;
        Daemon = daemon;
        Description = description;
        _places = new BindMounts(directory);
    }

    /// <summary>The mount point, an absolute path.</summary>
    public string Directory { get; }

    /// <summary>The daemon's process id.</summary>
    public int Daemon { get; }

    /// <summary>The machine and its kernel, in words.</summary>
    public string Description { get; }

    /// <summary>The name of the simulated kernel.</summary>
    public string Kernel => File.ReadAllText(Path.Combine(Directory, "hotplugfs/kernel")).TrimEnd();

    /// <summary>True after <see cref="Release"/>.</summary>
    public bool IsReleased { get; private set; }

    /// <summary>Mounts the machine, with a daemon that writes problems to standard error.</summary>
    /// <exception cref="CommandException">The machine cannot be mounted.</exception>
    public static ContainerMount Create(ContainerRequest request)
    {
        var directory = Prepare(request.Directory);
        try
        {
            var (daemon, greeting) = Launcher.Start(new MountRequest
            {
                Directory = directory,
                Machine = request.Machine,
                Options = new MountOptions { AllowOther = true },
            }, DaemonNamespace, keepsStandardError: true);
            if (DaemonReport.FindNote(greeting) is { } note)
                StandardStream.OpenError().WriteLine($"{ProgramIdentity.HotplugFs.Name}: {note}");
            return new ContainerMount(directory, daemon, greeting.Split(DaemonReport.IsMountedOn)[0]);
        }
        catch (CommandException problem)
        {
            throw new CommandException(problem.Message + ContainerCheck.Hint(request.Machine));
        }
    }

    /// <summary>Puts the machine at the real paths.</summary>
    /// <returns>The paths that the container's /sys does not have and that could not be added.</returns>
    public IReadOnlyList<string> Cover()
    {
        List<string> absent = [];
        // Processes that enter the container later run on any CPU of the host, which must be one of the machine's.
        _places.Apply(MachinePlaces.With(cpus: HostCpus.In(Directory) is ""), (place, _) => absent.Add(place));
        return absent;
    }

    /// <summary>
    /// Detaches all mounts, also from a host that shares them, and asks the daemon to exit. Processes that still use the mounts keep them,
    /// but nothing waits for those processes.
    /// </summary>
    public void Release()
    {
        if (IsReleased)
            return;
        IsReleased = true;
        _places.Detach();
        _ = SysMount.Umount2(Directory, SysMount.MNT_DETACH);
        _ = Signal.Kill(Daemon, Signal.SIGTERM);
    }

    public void Dispose() => Release();

    /// <summary>Creates the mount point, or checks that it is an empty directory, and shares the mount that contains it.</summary>
    private static string Prepare(string given)
    {
        if (!Path.IsPathRooted(given))
            throw new CommandException($"{ContainerRequest.DirectoryVariable}={given}: must be the absolute path of an empty directory");
        var directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(given));
        DetachDeadMount(directory);
        try
        {
            System.IO.Directory.CreateDirectory(directory);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                $"{directory}: cannot be created; with --read-only, {ContainerRequest.DirectoryVariable} must name an existing directory");
        }
        if (System.IO.Directory.EnumerateFileSystemEntries(directory).Any())
            throw new CommandException($"{directory}: not empty; {ContainerRequest.DirectoryVariable} must name an empty directory");
        if (!SysMount.Mount(null, MountPointOf(directory), null, SysMount.MS_SHARED, null).IsOk)
            throw ContainerCheck.MountRefused();
        return directory;
    }

    /// <summary>
    /// A container that was killed leaves a mount without a daemon in a directory that it shares with its host. The kernel may still have
    /// its attributes cached, but opening a file fails.
    /// </summary>
    private static void DetachDeadMount(string directory)
    {
        if (MountEntry.At(directory) is not { IsHotplugFs: true })
            return;
        try
        {
            _ = File.ReadAllText(Path.Combine(directory, "hotplugfs/kernel"));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            _ = SysMount.Umount2(directory, SysMount.MNT_DETACH);
        }
    }

    /// <summary>Returns the mount point of the file system that contains a directory.</summary>
    private static string MountPointOf(string directory)
    {
        var found = "/";
        foreach (var entry in MountEntry.ReadAll())
        {
            var isAbove = (directory + "/").StartsWith(entry.MountPoint.TrimEnd('/') + "/", StringComparison.Ordinal);
            if (isAbove && entry.MountPoint.Length >= found.Length)
                found = entry.MountPoint;
        }
        return found;
    }
}
