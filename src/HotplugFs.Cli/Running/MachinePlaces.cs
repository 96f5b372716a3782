using HotplugFs.Abi;
using HotplugFs.Fuse.Mount;
using HotplugFs.Linux;
using static HotplugFs.Linux.SysMount;

namespace HotplugFs.Cli.Running;

/// <summary>
/// Puts a mounted machine in the place of the real one, in the mount namespace of this thread, and says whether it is still there.
/// </summary>
/// <param name="sysroot">Where the whole machine is mounted.</param>
internal sealed class MachinePlaces(string sysroot)
{
    private const string Sysfs = "/sys";
    private const string Debugfs = "/sys/kernel/debug";

    /// <summary>What is the machine's, by the same names below <c>/</c> and below the mount. A kernel without one of them shows nothing there.</summary>
    private static readonly string[] Places =
    [
        "/sys/devices/system/memory", "/sys/devices/system/node", "/sys/bus/memory", "/sys/bus/node",
        "/sys/module/memory_hotplug", Debugfs, "/proc/meminfo", "/proc/zoneinfo",
    ];

    /// <summary>An empty directory of the machine's, for what its kernel does not have.</summary>
    private const string Nothing = "/sys/module";

    private (uint Major, uint Minor) _device;

    /// <summary>Gives this thread a copy of all mounts, then covers the real machine's files.</summary>
    /// <remarks>
    /// The daemon stays in the namespace that is left: the runtime reads /proc/meminfo, and a process must not wait for what it serves.
    /// </remarks>
    /// <exception cref="RunException">A file of the real machine would still be seen.</exception>
    public void Cover()
    {
        var unshared = Sched.Unshare(Sched.CLONE_NEWNS);
        if (!unshared.IsOk)
            throw new RunException($"no mount namespace for the command: {unshared.Error.Text()}");
        var device = SysStat.GetDevice(sysroot);
        _device = device.IsOk ? device.Value : throw new RunException($"{sysroot}: {device.Error.Text()}");
        foreach (var place in Places)
            CoverOne(place);
        MountDebugfsBelow();
        MakeRestOfSysfsReadOnly();
        if (FindUncovered() is { } uncovered)
            throw new RunException($"{uncovered} is still the real machine's; the command is not started");
    }

    /// <summary>True for a directory of the file system that has directories of the real machine's.</summary>
    public static bool AreNear(string directory) => (directory + "/").StartsWith(Sysfs + "/", StringComparison.Ordinal);

    /// <summary>The first place that shows something else than the machine; null if there is none. Files of a machine that has gone are its.</summary>
    public string? FindUncovered() => Places.FirstOrDefault(IsUncovered);

    private bool IsUncovered(string place) => Exists(place) && SysStat.GetDevice(place) is { IsOk: true, Value: var device } && device != _device;

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    private void CoverOne(string place)
    {
        var isThere = Exists(sysroot + place);
        if (!isThere && !Exists(place))
            return;
        if (!Exists(place))
            MakeVisible(Path.GetDirectoryName(place)!);
        MountOver(place, isThere ? sysroot + place : sysroot + Nothing);
    }

    private static void MountOver(string place, string source)
    {
        var mounted = Mount(source, place, null, MS_BIND, null);
        if (!mounted.IsOk)
            throw new RunException($"{place} cannot be covered: {mounted.Error.Text()}");
    }

    /// <summary>A file system of the kernel lets nobody make a directory; an overlay has the directories of the machine beside the kernel's.</summary>
    private void MakeVisible(string parent)
    {
        var mounted = Mount("overlay", parent, "overlay", 0, $"lowerdir={Escaped(sysroot + parent)}:{parent}");
        if (!mounted.IsOk)
        {
            throw new RunException($"this host has nothing at {parent} to put the machine's files over, and an overlay that would show them "
                + $"is refused: {mounted.Error.Text()}; it takes the kernel's overlay module, and in a user namespace Linux 5.11");
        }
    }

    private static string Escaped(string path) =>
        path.Replace(@"\", @"\\", StringComparison.Ordinal).Replace(":", @"\:", StringComparison.Ordinal).Replace(",", @"\,", StringComparison.Ordinal);

    /// <summary>
    /// Programs look for a debugfs in the table of mounts. The real one is mounted where root may, with the machine's files over it; its own
    /// are never seen.
    /// </summary>
    private void MountDebugfsBelow()
    {
        if (MountEntry.ReadAll().Any(entry => entry.Type == "debugfs") || !Mount("debugfs", Debugfs, "debugfs", 0, null).IsOk)
            return;
        MountOver(Debugfs, sysroot + Debugfs);
    }

    /// <summary>A command that unmounts what covers the real machine must not get at it before <see cref="FindUncovered"/> ends it.</summary>
    private static void MakeRestOfSysfsReadOnly()
    {
        if (MountEntry.At(Sysfs) is null)
            return;
        var remounted = Mount(null, Sysfs, null, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, null);
        if (!remounted.IsOk)
            throw new RunException($"{Sysfs} cannot be made read-only: {remounted.Error.Text()}");
    }
}
