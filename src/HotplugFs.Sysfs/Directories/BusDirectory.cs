using HotplugFs.Sysfs.Formats;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary><c>/sys/bus/NAME</c> of a subsystem that has devices but no drivers (drivers/base/bus.c).</summary>
/// <param name="prefix">The beginning of the names of its devices; null for the name of the bus.</param>
/// <param name="place">The directory in /sys/devices that has the bus's directory of devices.</param>
internal sealed class BusDirectory(
    Machine machine, string name, IObjectSet devices, UeventFiles uevents, string? prefix = null, string place = "system")
{
    private bool _autoprobe = true;

    /// <summary>The links to the devices.</summary>
    public NumberedChildren Devices { get; } = Numbered(
        prefix ?? name, devices,
        (number, text) =>
            text.Append("../../../devices/"u8).Append(place).Append('/').Append(name).Append('/').Append(prefix ?? name).Append(number));

    public DirectoryType Build() => new(
        Dir("devices", Devices),
        Dir("drivers"),
        Rw("drivers_autoprobe", (_, text) => text.Append(_autoprobe ? '1' : '0'), StoreAutoprobe),
        Wo("drivers_probe", StoreProbe),
        uevents.WriteOnly($"/bus/{name}", "bus"));

    /// <summary>Passes the setting through a stream.</summary>
    public void Transfer(StateStream state) => _autoprobe = state.Flag(_autoprobe);

    /// <summary>Looks for a driver of the device that is named, which changes nothing, because there are no drivers.</summary>
    private Result<int> StoreProbe(int obj, ReadOnlySpan<byte> text)
    {
        if (Devices.TryFind(0, KernelText.WithoutNewline(KernelText.UpToNul(text)), out var number)
            && devices.TryGetGeneration(0, number, out _))
            return text.Length;
        machine.LogRefused("drivers_probe", text, $"/sys/bus/{name}/devices has no device of this name", RefusalRule.NotFound);
        return Errno.ENODEV;
    }

    /// <summary>Every text that does not start with 0 switches it on.</summary>
    private Result<int> StoreAutoprobe(int obj, ReadOnlySpan<byte> text)
    {
        _autoprobe = text is not [(byte)'0', ..];
        return text.Length;
    }
}
