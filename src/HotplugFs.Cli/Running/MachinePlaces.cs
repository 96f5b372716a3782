using HotplugFs.Abi;
using HotplugFs.Cli.Native;
using HotplugFs.Fuse;

namespace HotplugFs.Cli.Running;

/// <summary>
/// Puts a mounted machine in the place of the real one, in the mount namespace of this thread, and says whether it is still there.
/// </summary>
/// <param name="sysroot">Where the whole machine is mounted.</param>
internal sealed class MachinePlaces(string sysroot)
{
    private const nuint ReadOnly = 1;
    private const nuint NoSuid = 2;
    private const nuint NoDev = 4;
    private const nuint NoExec = 8;
    private const nuint Remount = 32;
    private const nuint Bind = 4096;
    private const int NewMounts = 0x20000;
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
        if (Interop.Unshare(NewMounts) != 0)
            throw new RunException($"no mount namespace for the command: {Interop.LastError.Text()}");
        _device = DeviceOf(sysroot) ?? throw new RunException($"{sysroot}: {Interop.LastError.Text()}");
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
    public string? FindUncovered() => Places.FirstOrDefault(place => Exists(place) && DeviceOf(place) is { } device && device != _device);

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    private static unsafe (uint Major, uint Minor)? DeviceOf(string path)
    {
        StatX found;
        return Interop.StatX(StatX.CurrentDirectory, path, 0, 0, &found) == 0 ? (found.DeviceMajor, found.DeviceMinor) : null;
    }

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
        if (Interop.Mount(source, place, null, Bind, null) != 0)
            throw new RunException($"{place} cannot be covered: {Interop.LastError.Text()}");
    }

    /// <summary>A file system of the kernel lets nobody make a directory; an overlay has the directories of the machine beside the kernel's.</summary>
    private void MakeVisible(string parent)
    {
        if (Interop.Mount("overlay", parent, "overlay", 0, $"lowerdir={Escaped(sysroot + parent)}:{parent}") != 0)
        {
            throw new RunException($"this host has nothing at {parent} to put the machine's files over, and an overlay that would show them "
                + $"is refused: {Interop.LastError.Text()}; it takes the kernel's overlay module, and in a user namespace Linux 5.11");
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
        if (MountEntry.ReadAll().Any(entry => entry.Type == "debugfs") || Interop.Mount("debugfs", Debugfs, "debugfs", 0, null) != 0)
            return;
        MountOver(Debugfs, sysroot + Debugfs);
    }

    /// <summary>A command that unmounts what covers the real machine must not get at it before <see cref="FindUncovered"/> ends it.</summary>
    private static void MakeRestOfSysfsReadOnly()
    {
        if (MountEntry.At(Sysfs) is { } entry && Interop.Mount(null!, Sysfs, null, Remount | Bind | ReadOnly | NoSuid | NoDev | NoExec, null) != 0)
            throw new RunException($"{entry.MountPoint} cannot be made read-only: {Interop.LastError.Text()}");
    }
}
