using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Sysfs.Uevents;

/// <summary>
/// Sends the uevents that the kernel sends for changes of the machine, in the kernel's order (docs/kernels.md, "Uevents"; recordings
/// <c>*-g-uevents*</c>).
/// </summary>
public sealed class UeventSource
{
    private readonly SysfsProfile _profile;
    private readonly Architecture _architecture;
    private long _sequence;

    internal UeventSource(SysfsProfile profile, Architecture architecture) => (_profile, _architecture) = (profile, architecture);

    /// <summary>Raised for each uevent. The tree shows the change by the time the request that caused it is answered.</summary>
    public event Action<UeventMessage>? Sent;

    /// <summary>Sends the uevents of a change.</summary>
    internal void Apply(HotplugEvent change)
    {
        switch (change)
        {
            case BlockAdded { Block: var block }:
                SendBlock("add", block.Number);
                break;
            case BlockRemoved { Block: var block }:
                SendBlock("remove", block.Number);
                break;
            case BlockOnline { Block: var block }:
                SendBlock("online", block.Number);
                break;
            case BlockOffline { Block: var block }:
                SendBlock("offline", block.Number);
                break;
            case CpuOnline(var cpu):
                Send("online", CpuPath(cpu), "cpu");
                break;
            case CpuOffline(var cpu):
                Send("offline", CpuPath(cpu), "cpu");
                break;
            case NodeAdded(var node):
                Send("add", NodePath(node.Number), "node");
                break;
            case NodeRemoved(var node):
                Send("remove", NodePath(node.Number), "node");
                break;
            case FirmwareDeviceAdded(var dimm) when _profile.SendsFirmwareDeviceEvents:
                SendFirmwareDevice("add", dimm);
                break;
            case FirmwareDeviceRemoved(var dimm) when _profile.SendsFirmwareDeviceEvents:
                SendFirmwareDevice("remove", dimm);
                break;
            case DimmAdded when _profile.SendsContainerEvents && _architecture.AcpiContainer is { } container:
                Send("online", $"/devices/system/container/{container}", "container");
                break;
            default:
                break;
        }
    }

    /// <summary>Returns the path of a block's device below /sys.</summary>
    internal static string BlockPath(int number) => $"/devices/system/memory/memory{number}";

    /// <summary>Returns the path of a node's device below /sys.</summary>
    internal static string NodePath(int number) => $"/devices/system/node/node{number}";

    /// <summary>Returns the path of a CPU's device below /sys.</summary>
    internal static string CpuPath(int number) => $"/devices/system/cpu/cpu{number}";

    /// <summary>Returns the path of a DIMM's ACPI device below /sys.</summary>
    internal string DimmPath(Dimm dimm) => $"/devices/LNXSYSTM:00/LNXSYBUS:00/{_architecture.AcpiContainer}/{dimm.AcpiName}";

    /// <summary>The modalias of the ACPI device of any DIMM.</summary>
    internal const string DimmModalias = "acpi:PNP0C80:";

    /// <summary>Sends a uevent with the next sequence number.</summary>
    internal void Send(string action, string devPath, string subsystem, IReadOnlyList<string>? extra = null) =>
        Sent?.Invoke(new UeventMessage(action, devPath, subsystem, ++_sequence) { Extra = extra ?? [] });

    private void SendFirmwareDevice(string action, Dimm dimm) => Send(action, DimmPath(dimm), "acpi", [$"MODALIAS={DimmModalias}"]);

    private void SendBlock(string action, int number) => Send(action, BlockPath(number), "memory");

    /// <summary>Passes the last sequence number through a stream.</summary>
    internal void Transfer(StateStream state) => _sequence = state.Number(_sequence);
}
