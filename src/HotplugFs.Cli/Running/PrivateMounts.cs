using HotplugFs.Cli.Places;
using HotplugFs.Fuse.Mount;

namespace HotplugFs.Cli.Running;

/// <summary>The mounts of this thread's mount namespace that put the machine at the real paths, of which the command gets a copy.</summary>
/// <param name="sysroot">The machine's mount point.</param>
internal sealed class PrivateMounts(string sysroot)
{
    private const string Sysfs = "/sys";

    private readonly BindMounts _places = new(sysroot);
    private (uint Major, uint Minor) _device;
    private string[] _covered = [];

    /// <summary>True for a directory in /sys, which has directories that the machine covers.</summary>
    public static bool IsInSysfs(string directory) => (directory + "/").StartsWith(Sysfs + "/", StringComparison.Ordinal);

    /// <summary>
    /// Makes the mount point a mount of its own, which is shared: what the daemon mounts there in its copy of the mount namespace appears here.
    /// </summary>
    /// <exception cref="CommandException">A mount was refused.</exception>
    public void Share()
    {
        if (SysMount.Mount(sysroot, sysroot, null, SysMount.MS_BIND, null).Failed(out var error)
            || SysMount.Mount(null, sysroot, null, SysMount.MS_SHARED, null).Failed(out error))
            throw new CommandException($"cannot mount on {sysroot}: {error.Text()}");
    }

    /// <summary>Covers the host's files with the machine's.</summary>
    /// <param name="cpus">True to cover those of the CPUs, too.</param>
    /// <exception cref="CommandException">A file of the host would stay visible.</exception>
    public void Cover(bool cpus)
    {
        _covered = [.. MachinePlaces.With(cpus), .. MachinePlaces.OnlyOf(sysroot)];
        var device = SysStat.GetDevice(sysroot);
        _device = device.IsOk ? device.Value : throw new CommandException($"{sysroot}: {device.Error.Text()}");
        // Otherwise each mount on a copy of the machine's would appear on all its copies.
        if (SysMount.Mount(null, sysroot, null, SysMount.MS_PRIVATE, null).Failed(out var error))
            throw new CommandException($"{sysroot}: {error.Text()}");
        _places.Apply(MachinePlaces.With(cpus), RefuseOverlay);
        MountDebugfsBelow();
        MakeSysfsReadOnly();
        if (FindUncovered() is { } uncovered)
            throw new CommandException($"{uncovered} still shows the host's files; the command was not started");
    }

    /// <summary>
    /// Hides the host's devices, and the sysfs and devtmpfs that are mounted elsewhere, for example in the root directory of another system. A
    /// sysfs without mounts on it would also allow the command to mount another one.
    /// </summary>
    /// <param name="errors">The descriptor of the command's standard error.</param>
    /// <exception cref="CommandException">A mount was refused.</exception>
    public void HideHost(int errors)
    {
        foreach (var entry in MountEntry.ReadAll())
        {
            // Everything in /dev is covered anyway.
            var isOther = entry.Type == "sysfs" ? entry.MountPoint != Sysfs
                : entry.Type == "devtmpfs" && !(entry.MountPoint + "/").StartsWith(PrivateDevices.Root + "/", StringComparison.Ordinal);
            // The path of a mount that is hidden already leads to another file system.
            if (!isOther || SysStat.GetDevice(entry.MountPoint) is not { IsOk: true, Value: (0, var minor) } || minor != entry.Minor)
                continue;
            var hidden = Directory.Exists(entry.MountPoint)
                ? SysMount.Mount("tmpfs", entry.MountPoint, "tmpfs", SysMount.MS_RDONLY, "mode=555")
                : SysMount.Mount("/dev/null", entry.MountPoint, null, SysMount.MS_BIND, null);
            if (hidden.Failed(out var error))
                throw new CommandException($"cannot hide {entry.MountPoint}, which shows files of the host: {error.Text()}");
        }
        PrivateDevices.Mount([Unistd.STDIN_FILENO, Unistd.STDOUT_FILENO, errors], sysroot + MachinePlaces.Devices);
    }

    /// <summary>
    /// Throws if a path shows something else than the machine. The files of a daemon that was killed are still the machine's.
    /// </summary>
    /// <exception cref="CommandException">The command has unmounted a path.</exception>
    public void RequireCovered()
    {
        if (FindUncovered() is { } uncovered)
            throw new CommandException($"{uncovered}: the command unmounted it; stopped");
    }

    /// <summary>Calls an action on a new thread after each change of the namespace's mounts.</summary>
    public void Watch(Action onChange)
    {
        var table = Fcntl.Open("/proc/thread-self/mountinfo", Fcntl.O_RDONLY | Fcntl.O_CLOEXEC);
        if (!table.IsOk)
            throw new CommandException("cannot read /proc/thread-self/mountinfo; is /proc mounted?");
        BackgroundThread.Start("hotplugfs-mounts", () =>
        {
            while (true)
            {
                var entry = new PollFd { Descriptor = table.Value, Events = Poll.POLLPRI };
                if (Poll.Wait(ref entry, Poll.Forever) is { IsOk: true, Value: > 0 })
                    onChange();
            }
        });
    }

    private string? FindUncovered()
    {
        foreach (var place in _covered)
        {
            if (MachinePlaces.Exists(place) && SysStat.GetDevice(place) is { IsOk: true } device && device.Value != _device)
                return place;
        }
        return null;
    }

    private static void RefuseOverlay(string place, Errno error) =>
        throw new CommandException($"the host has no {place} to mount over, and the kernel refused an overlay that would add it: "
            + $"{error.Text()}; this requires the kernel's overlay module, and in a user namespace Linux 5.11");

    /// <summary>
    /// Mounts the real debugfs below the machine's, where this user may, because programs look for a debugfs in the mount table. Its own
    /// files are never visible.
    /// </summary>
    private void MountDebugfsBelow()
    {
        if (MountEntry.ReadAll().Any(entry => entry.Type == "debugfs")
            || !SysMount.Mount("debugfs", MachinePlaces.Debugfs, "debugfs", 0, null).IsOk)
            return;
        _places.Bind(sysroot + MachinePlaces.Debugfs, MachinePlaces.Debugfs);
    }

    /// <summary>
    /// The command must not write to the rest of the host's /sys either. With --privileged, a command that unmounts the machine's files must
    /// not change the host's before the watching thread stops it.
    /// </summary>
    private static void MakeSysfsReadOnly()
    {
        const nuint flags = SysMount.MS_REMOUNT | SysMount.MS_BIND | SysMount.MS_RDONLY
            | SysMount.MS_NOSUID | SysMount.MS_NODEV | SysMount.MS_NOEXEC;
        if (MountEntry.At(Sysfs) is null)
            return;
        var remounted = SysMount.Mount(null, Sysfs, null, flags, null);
        if (!remounted.IsOk)
            throw new CommandException($"cannot make {Sysfs} read-only: {remounted.Error.Text()}");
    }
}
