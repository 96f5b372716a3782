using HotplugFs.Sysfs.ObjectSets;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// <c>power/</c> of devices of one kind. They have no power management, so the files only keep what is written
/// (drivers/base/power/sysfs.c; recording <c>6.1-a-inventory</c>).
/// </summary>
/// <param name="hasDebug">True if the kernel has the files of CONFIG_PM_ADVANCED_DEBUG.</param>
/// <param name="objects">Has the settings.</param>
/// <param name="devices">The devices; null for a single one.</param>
/// <param name="isNeverRemoved">Returns true for devices that are never removed.</param>
internal sealed class PowerDirectory(bool hasDebug, MachineObjects objects, IObjectSet? devices, IsConstant isNeverRemoved)
{
    private readonly PerObject? _async = hasDebug ? objects.AddSetting(devices) : null;
    private readonly PerObject _control = objects.AddSetting(devices);

    /// <summary>The directory of a single device that is never removed.</summary>
    public static PowerDirectory OfSingleDirectory(bool hasDebug, MachineObjects objects) => new(hasDebug, objects, devices: null, _ => true);

    /// <summary>Builds the directory of devices for which the kernel has no power management at run time.</summary>
    /// <param name="hidesRuntime">True if not even <c>runtime_*</c> of CONFIG_PM_ADVANCED_DEBUG are there.</param>
    public DirectoryType BuildPlain(bool hidesRuntime) => new(
    [
        .. _async is null ? (ReadOnlySpan<Entry>)[] : [Switch("async", "disabled", "enabled", _async)],
        .. When(
            hasDebug && !hidesRuntime,
            Ro("runtime_active_kids", "0"), Ro("runtime_enabled", "disabled"), Ro("runtime_status", "unsupported"), Ro("runtime_usage", "0")),
    ]);

    public DirectoryType Build() => new(
    [
        .. _async is null ? (ReadOnlySpan<Entry>)[] : [Switch("async", "disabled", "enabled", _async)],
        Rw("autosuspend_delay_ms", (_, _) => Errno.EIO, (_, _) => Errno.EIO),
        Switch("control", "auto", "on", _control),
        .. When(hasDebug, Ro("runtime_active_kids", "0", isNeverRemoved)),
        Ro("runtime_active_time", "0", isNeverRemoved),
        .. When(hasDebug, Ro("runtime_enabled", "disabled", isNeverRemoved)),
        Ro("runtime_status", "unsupported", isNeverRemoved),
        Ro("runtime_suspended_time", "0", isNeverRemoved),
        .. When(hasDebug, Ro("runtime_usage", "0", isNeverRemoved)),
    ]);

    /// <summary>A file that accepts one of two words; a new device has the first.</summary>
    private static SysfsAttribute Switch(string name, string first, string second, PerObject isSecond)
    {
        var (firstWord, secondWord) = (Encoding.ASCII.GetBytes(first), Encoding.ASCII.GetBytes(second));
        return Rw(name, (device, text) => text.Append(isSecond[device] ? secondWord : firstWord), Store);

        Result<int> Store(int device, ReadOnlySpan<byte> text)
        {
            var wantsSecond = KernelText.Equal(text, secondWord);
            if (!wantsSecond && !KernelText.Equal(text, firstWord))
                return Errno.EINVAL;
            isSecond[device] = wantsSecond;
            return text.Length;
        }
    }
}
