using HotplugFs.Sysfs.Formats;
using HotplugFs.Sysfs.ObjectSets;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary><c>/sys/bus/dax</c> with its drivers. Source: docs/kernels.md, "Dax devices"; recordings <c>tests/dax</c>.</summary>
internal sealed class DaxBusDirectory
{
    private readonly Machine _machine;
    private readonly Func<DaxDevice, string> _pathOf;
    private readonly UeventFiles _uevents;
    private readonly PerObject _isNotProbing;
    private readonly Dictionary<DaxDriver, NamedChildren> _bound = [];

    /// <param name="pathOf">Returns the path of a device below /sys.</param>
    public DaxBusDirectory(Machine machine, Func<DaxDevice, string> pathOf, MachineObjects objects, UeventFiles uevents)
    {
        (_machine, _pathOf, _uevents) = (machine, pathOf, uevents);
        _isNotProbing = objects.AddSetting(objects: null);
        Devices = Links(_ => true, "../../..");
        foreach (var driver in DaxDrivers.All)
            _bound.Add(driver, Links(device => device.Driver == driver, "../../../.."));
    }

    /// <summary>The links to the devices.</summary>
    public NamedChildren Devices { get; }

    public DirectoryType Build() => new(
    [
        Dir("devices", Devices),
        Dir("drivers", [.. DaxDrivers.All.Select(driver => Dir(driver.Word(), BuildDriver(driver)))]),
        // Every text that does not start with 0 switches it on. New devices have no memory yet, so none is bound by itself.
        Rw("drivers_autoprobe", (_, text) => text.Append(_isNotProbing[0] ? '0' : '1'), (_, text) =>
        {
            _isNotProbing[0] = text is [(byte)'0', ..];
            return text.Length;
        }),
        Wo("drivers_probe", (_, text) => DaxDirectory.Written(text, _machine.Dax.BindToAny(DaxDirectory.NameIn(text)))),
        _uevents.WriteOnly("/bus/dax", "bus"),
    ]);

    /// <summary>Reports the driver of a device, which it has got or lost.</summary>
    public void DriverChanged(PendingChanges changes, DaxDevice device)
    {
        foreach (var (driver, links) in _bound)
        {
            if (driver == device.Driver)
                changes.ChildAdded(links, device.Name);
            else
                changes.ChildRemoved(links, device.Name);
        }
    }

    private NamedChildren Links(Predicate<DaxDevice> isMember, string top) => Named(
        new DaxDevices(_machine.Dax, isMember, device => device.Name),
        (device, text) => text.Append(top).Append(_pathOf(_machine.Dax.At(device)!)));

    private DirectoryType BuildDriver(DaxDriver driver) => new(
    [
        Wo("bind", (_, text) => DaxDirectory.Written(text, _machine.Dax.Bind(driver, DaxDirectory.NameIn(text)))),
        Link("module", $"../../../../module/{driver.Word()}"),
        Wo("new_id", (_, text) => StoreId(text, "new_id", name => _machine.Dax.AddId(driver, name))),
        Wo("remove_id", (_, text) => StoreId(text, "remove_id", name =>
        {
            _machine.Dax.RemoveId(driver, name);
            return Result.Ok;
        })),
        _uevents.WriteOnly($"/bus/dax/drivers/{driver.Word()}", "drivers"),
        Wo("unbind", (_, text) => DaxDirectory.Written(text, _machine.Dax.Unbind(driver, DaxDirectory.NameIn(text)))),
        _bound[driver],
    ]);

    /// <summary>Takes the name of a device that need not exist: <c>dax</c>, a number, a dot, a number, without zeros before them.</summary>
    private Result<int> StoreId(ReadOnlySpan<byte> text, string file, Func<string, Result> change)
    {
        var name = DaxDirectory.NameIn(text);
        if (name.StartsWith("dax", StringComparison.Ordinal) && name[3..].Split('.') is [var region, var number]
            && IsNumber(region) && IsNumber(number))
            return DaxDirectory.Written(text, change(name));
        _machine.LogRefused(file, text, "write the name of a device, such as dax0.0");
        return Errno.EINVAL;
    }

    private static bool IsNumber(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && text == number.ToString(CultureInfo.InvariantCulture);
}
