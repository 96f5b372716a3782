using HotplugFs.Cli.Places;
using HotplugFs.Fuse.Mount;

namespace HotplugFs.Cli.Running;

/// <summary>The mount namespace of a command, in which the machine is at the real paths.</summary>
/// <remarks>
/// The daemon stays in the namespace that the thread leaves: the runtime reads /proc/meminfo, and a process must not wait for what it
/// serves.
/// </remarks>
/// <param name="sysroot">The machine's mount point.</param>
internal sealed class PrivateMounts(string sysroot)
{
    private const string Sysfs = "/sys";

    private readonly BindMounts _places = new(sysroot);
    private (uint Major, uint Minor) _device;

    /// <summary>True for a directory in /sys, which has directories that the machine covers.</summary>
    public static bool IsInSysfs(string directory) => (directory + "/").StartsWith(Sysfs + "/", StringComparison.Ordinal);

    /// <summary>Moves this thread to a copy of its mount namespace, and covers the host's files there.</summary>
    /// <exception cref="CommandException">A file of the host would stay visible.</exception>
    public void Enter()
    {
        var entered = Sched.Unshare(Sched.CLONE_NEWNS);
        if (!entered.IsOk)
            throw new CommandException($"cannot create a mount namespace: {entered.Error.Text()}");
        var device = SysStat.GetDevice(sysroot);
        _device = device.IsOk ? device.Value : throw new CommandException($"{sysroot}: {device.Error.Text()}");
        _places.Apply(RefuseOverlay);
        MountDebugfsBelow();
        MakeSysfsReadOnly();
        if (FindUncovered() is { } uncovered)
            throw new CommandException($"{uncovered} still shows the host's files; the command was not started");
    }

    /// <summary>
    /// Throws if a path shows something else than the machine. The files of a daemon that was killed are still the machine's.
    /// </summary>
    /// <exception cref="CommandException">The command has unmounted a path.</exception>
    public void RequireCovered()
    {
        if (FindUncovered() is { } uncovered)
            throw new CommandException($"{uncovered}: the command unmounted it; stopped before it could reach the host's files");
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
        foreach (var place in MachinePlaces.All)
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

    /// <summary>A command that unmounts the machine's files must not change the host's before the watching thread stops it.</summary>
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
