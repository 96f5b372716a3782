using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary><c>/sys/bus/NAME</c> of a subsystem that has devices but no drivers (drivers/base/bus.c).</summary>
internal sealed class BusDirectory(string name, IObjectSet devices, UeventFiles uevents)
{
    private bool _autoprobe = true;

    /// <summary>The links to the devices.</summary>
    public NumberedChildren Devices { get; } = Numbered(
        name, devices, (number, text) => text.Append("../../../devices/system/"u8).Append(name).Append('/').Append(name).Append(number));

    public DirectoryType Build() => new(
        Dir("devices", Devices),
        Dir("drivers"),
        Rw("drivers_autoprobe", (_, text) => text.Append(_autoprobe ? '1' : '0'), StoreAutoprobe),
        Wo("drivers_probe", (_, _) => Errno.ENODEV),
        uevents.WriteOnly($"/bus/{name}", "bus"));

    /// <summary>Every text that does not start with 0 switches it on.</summary>
    private Result<int> StoreAutoprobe(int obj, ReadOnlySpan<byte> text)
    {
        _autoprobe = text is not [(byte)'0', ..];
        return text.Length;
    }
}
