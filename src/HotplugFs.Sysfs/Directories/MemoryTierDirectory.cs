using HotplugFs.Sysfs.ObjectSets;
using HotplugFs.Sysfs.Profiles;
using HotplugFs.Sysfs.Uevents;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary><c>/sys/devices/virtual/memory_tiering</c> and its bus (docs/kernels.md, "Memory tiers").</summary>
internal sealed class MemoryTierDirectory
{
    /// <summary>The name of the bus and of the directory.</summary>
    public const string Name = "memory_tiering";

    private const string Prefix = "memory_tier";

    private readonly Machine _machine;
    private readonly MachineObjects _objects;
    private readonly UeventFiles _uevents;
    private readonly UeventSource _source;
    private readonly MemoryTiers _tiers;
    private readonly NumberedChildren _devices;

    public MemoryTierDirectory(Machine machine, SysfsProfile profile, MachineObjects objects, UeventFiles uevents, UeventSource source)
    {
        (_machine, _objects, _uevents, _source) = (machine, objects, uevents, source);
        _tiers = new MemoryTiers(machine, profile);
        Bus = new BusDirectory(machine, Name, _tiers, uevents, Prefix, "virtual");
        _devices = Numbered(Prefix, _tiers, new DirectoryType(
        [
            Ro("nodelist", (tier, text) => _tiers.AppendNodes(tier, text)),
            Link("subsystem", $"../../../../bus/{Name}"),
            uevents.OfDevice(PathOf, Name),
            .. When(
                machine.Config.PowerManagement,
                Dir("power", new PowerDirectory(machine.Config.PowerDebug, objects, _tiers, _ => false).Build())),
        ]));
    }

    /// <summary><c>/sys/bus/memory_tiering</c>.</summary>
    public BusDirectory Bus { get; }

    public DirectoryType Build() => new(
    [
        _uevents.OfDirectory(),
        .. When(
            _machine.Config.PowerManagement, Dir("power", PowerDirectory.OfSingleDirectory(_machine.Config.PowerDebug, _objects).Build())),
        _devices,
    ]);

    /// <summary>The tiers that exist, ascending.</summary>
    public List<int> Present() => _tiers.All();

    /// <summary>Follows a node that has got its first online memory, or has lost its last: the tier is added or removed with it.</summary>
    public void MemoryChanged(PendingChanges changes, int node, bool isOnline)
    {
        var tier = _tiers.TierOf(_machine.FindNode(node)!);
        foreach (var other in _machine.NodeStates.Memory.Members())
            if (other != node && _tiers.TierOf(_machine.FindNode(other)!) == tier)
                return;
        Report(changes, tier, isOnline);
        _source.Send(isOnline ? "add" : "remove", PathOf(tier), Name);
    }

    /// <summary>Follows a restored state.</summary>
    /// <param name="before">The tiers that existed before.</param>
    public void Restored(PendingChanges changes, List<int> before)
    {
        var now = Present();
        foreach (var tier in before)
            if (!now.Contains(tier))
                Report(changes, tier, isAdded: false);
        foreach (var tier in now)
            if (!before.Contains(tier))
                Report(changes, tier, isAdded: true);
    }

    private void Report(PendingChanges changes, int tier, bool isAdded)
    {
        foreach (var set in (NumberedChildren[])[_devices, Bus.Devices])
        {
            if (isAdded)
                changes.ChildAdded(set, tier);
            else
                changes.ChildRemoved(set, tier);
        }
        if (!isAdded)
            _tiers.Removed(tier);
    }

    private static string PathOf(int tier) => $"/devices/virtual/{Name}/{Prefix}{tier}";
}
