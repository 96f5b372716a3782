using HotplugFs.Sysfs.Formats;
using HotplugFs.Sysfs.ObjectSets;
using HotplugFs.Sysfs.Uevents;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// The ACPI devices of the DIMMs, <c>PNP0C80:NN</c> (drivers/acpi/device_sysfs.c), named as in QEMU's tables. Source: docs/kernels.md,
/// "The ACPI devices".
/// </summary>
internal sealed class AcpiDirectory
{
    private const string Id = "PNP0C80";

    private readonly Machine _machine;

    public AcpiDirectory(Machine machine, MachineObjects objects, UeventFiles uevents, UeventSource source)
    {
        _machine = machine;
        Devices = Named(objects.DimmSlots, new DirectoryType(
        [
            Wo("eject", StoreEject),
            Ro("hid", Id),
            Ro("modalias", UeventSource.DimmModalias),
            Ro("path", (dimm, text) => text.Append($"\\_SB_.MHPC.MP{Slot(dimm):X2}")),
            Ro("status", "15"),
            Ro("uid", (dimm, text) => text.Append($"0x{Slot(dimm):X2}")),
            uevents.OfDevice(dimm => source.DimmPath(machine.Dimms.At(dimm)!), "acpi", $"MODALIAS={UeventSource.DimmModalias}"),
            Link("subsystem", "../../../../../bus/acpi"),
            .. When(machine.Config.PowerManagement,
                Dir("power", new PowerDirectory(machine.Config.PowerDebug, objects, objects.DimmSlots, _ => false).Build())),
        ]));
        Links = Named(objects.DimmSlots, (dimm, text) => text.Append("../../.."u8).Append(source.DimmPath(machine.Dimms.At(dimm)!)));
    }

    /// <summary>The directories of the devices.</summary>
    public NamedChildren Devices { get; }

    /// <summary>The links in <c>/sys/bus/acpi/devices</c>.</summary>
    public NamedChildren Links { get; }

    private int Slot(int dimm) => _machine.Dimms.At(dimm)!.Slot;

    /// <summary>
    /// Ejects the DIMM. The kernel ejects after the write has succeeded, so a refusal is in the log only. Here a write waits if the eject has
    /// to wait.
    /// </summary>
    /// <returns>The bytes; EINVAL for another text than 1; EINTR after a signal.</returns>
    private Result<int> StoreEject(int dimm, ReadOnlySpan<byte> text)
    {
        if (text is not [(byte)'1', ..])
        {
            _machine.LogRefused("eject", text, "write 1");
            return Errno.EINVAL;
        }
        var ejected = _machine.Unplug(_machine.Dimms.At(dimm)!);
        return ejected.Failed(out var error) && error is Errno.EWAITING or Errno.EINTR ? error : text.Length;
    }
}
