using System.Buffers.Binary;
using HotplugFs.Sysfs.Formats;
using HotplugFs.Sysfs.ObjectSets;
using HotplugFs.Sysfs.Profiles;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// The PCI devices (drivers/pci/pci-sysfs.c): <c>/sys/devices/pciDDDD:BB</c> with those of a bus, and <c>/sys/bus/pci</c>. The object of a
/// device is its index. Source: docs/kernels.md, "PCI devices".
/// </summary>
internal sealed class PciDirectory(Machine machine, SysfsProfile profile, MachineObjects objects, UeventFiles uevents)
{
    /// <summary>The name of the bus.</summary>
    public const string Name = "pci";

    /// <summary>The size of the registers of a device that is not PCI Express.</summary>
    private const int ConfigBytes = 256;

    /// <summary>The lines of <c>resource</c>: start, end and flags of six ranges of addresses and of a ROM, which no device here has.</summary>
    private static readonly string NoResources =
        string.Join('\n', Enumerable.Repeat("0x0000000000000000 0x0000000000000000 0x0000000000000000", 7));

    private readonly CpuMasks _masks = new(machine, profile);
    private readonly PciDevices _pci = machine.Pci;

    /// <summary>The directories <c>pciDDDD:BB</c>.</summary>
    public Entry[] BuildRoots() => [.. _pci.All.Select(device => device.Address.Root).Distinct().Select(root => Dir($"pci{root}", BuildRoot(root)))];

    /// <summary><c>/sys/bus/pci</c>, whose devices have no drivers.</summary>
    public DirectoryType BuildBus() => new(
        Dir("devices", Named(new PciObjects(_pci.All, root: null), (device, text) => text.Append("../../.."u8).Append(PathOf(device)))),
        Dir("drivers"),
        uevents.WriteOnly("/bus/pci", "bus"));

    private string PathOf(int device) => $"/devices/pci{_pci.All[device].Address.Root}/{_pci.All[device].Address}";

    private DirectoryType BuildRoot(string root) => new(
    [
        uevents.OfDirectory(),
        .. Power(devices: null),
        BuildDevices(new PciObjects(_pci.All, root)),
    ]);

    private NamedChildren BuildDevices(PciObjects set) => Named(set, new DirectoryType(() =>
    [
        Hex("class", device => device.Class, 6),
        Binary("config", AppendConfig, ConfigBytes, omitsLastByte: false, ModeBits.Mode0644),
        Hex("device", device => device.Device, 4),
        Ro("irq", "0"),
        Ro("local_cpulist", (device, text) => _masks.AppendList(text, CpusOf(device))),
        Ro("local_cpus", (device, text) => _masks.AppendMap(text, CpusOf(device))),
        Ro("modalias", (device, text) => text.Append(ModAlias(_pci.All[device]))),
        .. When(machine.Config.Numa, Rw("numa_node", (device, text) => text.Append(_pci.NodeOf(device)), StoreNode)),
        Ro("resource", NoResources),
        Hex("revision", device => device.Revision, 2),
        Link("subsystem", "../../../bus/pci"),
        Hex("subsystem_device", device => device.SubsystemDevice, 4),
        Hex("subsystem_vendor", device => device.SubsystemVendor, 4),
        Hex("vendor", device => device.Vendor, 4),
        uevents.OfDevice(PathOf, Name, device => Variables(_pci.All[device])),
        .. Power(set),
    ]));

    private Entry[] Power(IObjectSet? devices) => machine.Config.PowerManagement
        ? [Dir("power", new PowerDirectory(machine.Config.PowerDebug, objects, devices, _ => false).Build())]
        : [];

    private SysfsAttribute Hex(string name, Func<PciDefinition, int> number, int digits) =>
        Ro(name, (device, text) => text.Append("0x"u8).AppendHex((ulong)number(_pci.All[device]), digits));

    /// <summary>The CPUs of the device's node; all, if it has none.</summary>
    private IReadOnlyList<int> CpusOf(int device) =>
        _pci.NodeOf(device) is >= 0 and var node ? machine.FindNode(node)!.Cpus : [.. machine.Cpus.Online.Members()];

    private static string ModAlias(PciDefinition device) =>
        $"pci:v{device.Vendor:X8}d{device.Device:X8}sv{device.SubsystemVendor:X8}sd{device.SubsystemDevice:X8}"
        + $"bc{device.Class >> 16:X2}sc{(device.Class >> 8) & 0xFF:X2}i{device.Class & 0xFF:X2}";

    private static string[] Variables(PciDefinition device) =>
    [
        $"PCI_CLASS={device.Class:X}", $"PCI_ID={device.Vendor:X4}:{device.Device:X4}",
        $"PCI_SUBSYS_ID={device.SubsystemVendor:X4}:{device.SubsystemDevice:X4}", $"PCI_SLOT_NAME={device.Address}", $"MODALIAS={ModAlias(device)}",
    ];

    /// <summary>The registers of a device without memory, interrupts and capabilities (header type 0).</summary>
    private Result AppendConfig(int index, TextBuffer text)
    {
        var device = _pci.All[index];
        Span<byte> registers = stackalloc byte[ConfigBytes];
        registers.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(registers, (ushort)device.Vendor);
        BinaryPrimitives.WriteUInt16LittleEndian(registers[2..], (ushort)device.Device);
        BinaryPrimitives.WriteInt32LittleEndian(registers[8..], (device.Class << 8) | device.Revision);
        BinaryPrimitives.WriteUInt16LittleEndian(registers[0x2C..], (ushort)device.SubsystemVendor);
        BinaryPrimitives.WriteUInt16LittleEndian(registers[0x2E..], (ushort)device.SubsystemDevice);
        text.Append(registers);
        return Result.Ok;
    }

    private Result<int> StoreNode(int device, ReadOnlySpan<byte> text)
    {
        if (!KernelText.ParseSigned(text).TryGet(out var node, out var error))
        {
            machine.LogRefused("numa_node", text, "write the number of a node");
            return error;
        }
        return _pci.SetNode(device, node).Failed(out error) ? error : text.Length;
    }
}
