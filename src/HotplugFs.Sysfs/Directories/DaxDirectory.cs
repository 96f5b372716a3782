using HotplugFs.Sysfs.Formats;
using HotplugFs.Sysfs.ObjectSets;
using HotplugFs.Sysfs.Profiles;
using HotplugFs.Sysfs.Uevents;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// The devices of the dax bus (drivers/dax/bus.c): <c>/sys/devices/platform/hmem.N</c> with a region and its devices. The object of a device is
/// its index. Source: docs/kernels.md, "Dax devices"; recordings <c>tests/dax</c>.
/// </summary>
internal sealed class DaxDirectory
{
    /// <summary>The name of the bus.</summary>
    public const string Name = "dax";

    private const string ModAlias = "dax:t0";

    private const string State = "state";

    /// <summary>What a driver_override without a name reads as.</summary>
    private const string NoName = "(null)";

    private const string Parent = "hmem_platform.0";

    private readonly Machine _machine;
    private readonly SysfsProfile _profile;
    private readonly MachineObjects _objects;
    private readonly UeventFiles _uevents;
    private readonly UeventSource _source;
    private readonly NamedChildren[] _devices;

    /// <summary>The directory of the regions, below /sys.</summary>
    private readonly string _platform;

    /// <summary>What the targets of links begin with, because a region is one directory deeper.</summary>
    private readonly string _up;

    public DaxDirectory(Machine machine, SysfsProfile profile, MachineObjects objects, UeventFiles uevents, UeventSource source)
    {
        (_machine, _profile, _objects, _uevents, _source) = (machine, profile, objects, uevents, source);
        (_platform, _up) = profile.HasHmemParent ? ($"/devices/platform/{Parent}", "../") : ("/devices/platform", "");
        _devices = [.. machine.Dax.Regions.Select(region =>
        {
            var set = new DaxDevices(machine.Dax, device => device.Region == region, device => device.Name);
            return Named(set, BuildDevice(set));
        })];
        Bus = new DaxBusDirectory(machine, PathOf, objects, uevents);
        DeviceNumbers = Named(
            new DaxDevices(machine.Dax, _ => true, NumberOf),
            (device, text) => text.Append("../../"u8).Append(PathOf(Device(device))[1..]));
        DeviceFiles = CharacterDevices(
            new DaxDevices(machine.Dax, _ => true, device => device.Name),
            device => NodeAttributes.EncodeDevice((uint)_profile.DaxMajor, (uint)Device(device).Minor));
    }

    /// <summary><c>/sys/bus/dax</c>.</summary>
    public DaxBusDirectory Bus { get; }

    /// <summary>The links in <c>/sys/dev/char</c>.</summary>
    public NamedChildren DeviceNumbers { get; }

    /// <summary>The files in <c>/dev</c>.</summary>
    public NamedChildren DeviceFiles { get; }

    /// <summary>The path of a device below /sys.</summary>
    private string PathOf(DaxDevice device) => $"{PathOf(device.Region)}/{device.Name}";

    private string PathOf(DaxRegion region) => $"{_platform}/{NameOf(region)}";

    /// <summary>The directories <c>hmem.N</c>, or the one that has them.</summary>
    public Entry[] BuildRegions()
    {
        Entry[] regions = [.. _machine.Dax.Regions.Select(region => Dir(NameOf(region), BuildRegion(region)))];
        return _profile.HasHmemParent ? [Dir(Parent, new DirectoryType([.. BuildParent(), .. regions]))] : regions;
    }

    private Entry[] BuildParent() =>
    [
        Link("driver", "../../../bus/platform/drivers/hmem_platform"),
        Rw("driver_override", (_, text) => text.Append(_machine.Dax.PlatformDriverOverride ?? NoName), (_, text) =>
        {
            _machine.Dax.PlatformDriverOverride = OverrideIn(text);
            return text.Length;
        }),
        Ro("modalias", "platform:hmem_platform"),
        Link("subsystem", "../../../bus/platform"),
        _uevents.OfDevice(_ => $"/devices/platform/{Parent}", "platform", "DRIVER=hmem_platform", "MODALIAS=platform:hmem_platform"),
        .. Power(devices: null),
    ];

    /// <summary><c>/sys/bus/platform</c>, as far as it concerns the regions.</summary>
    public Entry[] BuildPlatformBus() =>
    [
        Dir("devices",
        [
            .. _machine.Dax.Regions.Select(region => Link(NameOf(region), $"../../..{PathOf(region)}")),
            .. When(_profile.HasHmemParent, Link(Parent, $"../../../devices/platform/{Parent}")),
        ]),
        Dir("drivers",
        [
            Dir("hmem", [.. _machine.Dax.Regions.Select(region => Link(NameOf(region), $"../../../..{PathOf(region)}"))]),
            .. When(_profile.HasHmemParent, Dir("hmem_platform", Link(Parent, $"../../../../devices/platform/{Parent}"))),
        ]),
    ];

    /// <summary>The directories of the modules.</summary>
    public Entry[] BuildModules() =>
    [
        Dir("dax_hmem", new DirectoryType(
        [
            .. Module("dax_hmem"),
            Dir("parameters", Ro("region_idle", "N")),
        ])),
        .. DaxDrivers.All.Select(driver => Dir(driver.Word(), new DirectoryType(
        [
            .. Module(driver.Word()),
            Dir("drivers", Link($"dax:{driver.Word()}", $"../../../bus/dax/drivers/{driver.Word()}")),
        ]))),
    ];

    /// <summary>Reports a device that was created or deleted, also by restoring a state.</summary>
    public void Changed(PendingChanges changes, DaxDevice device, bool isAdded)
    {
        ReadOnlySpan<(NamedChildren Set, string Name)> places =
        [
            (_devices[device.Region.Number], device.Name), (Bus.Devices, device.Name), (DeviceNumbers, NumberOf(device)), (DeviceFiles, device.Name),
        ];
        foreach (var (set, name) in places)
        {
            if (isAdded)
                changes.ChildAdded(set, name);
            else
                changes.ChildRemoved(set, name);
        }
    }

    /// <summary>Reports the driver of a device, which it has got or lost.</summary>
    public void DriverChanged(KernfsTree tree, DaxDevice device)
    {
        if (tree.Find("sys" + PathOf(device)) is { IsOk: true } directory)
        {
            tree.Changes.EntryChanged(directory.Value, "driver");
            if (_machine.Rules.HasDaxState)
                tree.Changes.EntryChanged(directory.Value, State);
        }
        Bus.DriverChanged(tree.Changes, device);
    }

    /// <summary>Sends the event of a change. That of a lost driver lacks the last variable.</summary>
    public void Send(string action, DaxDevice device) =>
        _source.Send(action, PathOf(device), Name, action == "unbind" ? Variables(device)[..^1] : Variables(device));

    private string NumberOf(DaxDevice device) => $"{_profile.DaxMajor}:{device.Minor}";

    private static string NameOf(DaxRegion region) => $"hmem.{region.Number}";

    private string[] Variables(DaxDevice device) =>
    [
        $"MAJOR={_profile.DaxMajor}", $"MINOR={device.Minor}", $"DEVNAME={device.Name}",
        .. device.Driver == DaxDriver.None ? [] : (string[])[$"DRIVER={device.Driver.Word()}"],
        $"MODALIAS={ModAlias}",
    ];

    private DaxDevice Device(int index) => _machine.Dax.At(index)!;

    private Entry[] Module(string name) =>
    [
        Ro("initstate", "live"), Ro("refcnt", "0"), Ro("taint", ""), _uevents.WriteOnly($"/module/{name}", "module"),
    ];

    private Entry[] Power(IObjectSet? devices) => _machine.Config.PowerManagement
        ? [Dir("power", new PowerDirectory(_machine.Config.PowerDebug, _objects, devices, _ => false).Build())]
        : [];

    private DirectoryType BuildRegion(DaxRegion region) => new(
    [
        Dir("dax_region",
            Ro("align", ShowLine($"{DaxRegion.Align}"), ModeBits.Mode0400),
            Ro("available_size", (_, text) => text.Append(region.AvailableBytes)),
            Rw("create", (_, text) => text.Append(region.Youngest?.Name ?? ""), (_, text) => StoreCreate(region, text)),
            Wo("delete", (_, text) => Written(text, _machine.Dax.Delete(region, NameIn(text)))),
            Ro("id", $"{region.Number}"),
            Ro("seed", (_, text) => text.Append(region.Seed?.Name ?? "")),
            Ro("size", $"{region.Memory.Size}")),
        Link("driver", $"{_up}../../../bus/platform/drivers/hmem"),
        Rw("driver_override", (_, text) => text.Append(region.DriverOverride ?? NoName), (_, text) =>
        {
            region.DriverOverride = OverrideIn(text);
            return text.Length;
        }),
        Ro("modalias", "platform:hmem"),
        Ro("numa_node", $"{region.NearestNode.Number}"),
        Link("subsystem", $"{_up}../../../bus/platform"),
        _uevents.OfDevice(_ => PathOf(region), "platform", "DRIVER=hmem", "MODALIAS=platform:hmem"),
        .. Power(devices: null),
        _devices[region.Number],
    ]);

    private DirectoryType BuildDevice(DaxDevices set) => new(
    [
        Rw("align", (device, text) => text.Append(Device(device).Align), StoreAlign),
        Ro("dev", (device, text) => text.Append(_profile.DaxMajor).Append(':').Append(Device(device).Minor)),
        Link("driver", (device, text) => text.Append(_up).Append("../../../../bus/dax/drivers/"u8).Append(Device(device).Driver.Word()),
            device => Device(device).Driver != DaxDriver.None),
        Wo("mapping", StoreMapping),
        .. When(_profile.HasDaxMemmapOnMemory,
            Rw("memmap_on_memory", (device, text) => text.Append(Device(device).HoldsItsMemmap ? '1' : '0'), StoreMemmap)),
        Ro("modalias", ModAlias),
        Ro("numa_node", (device, text) => text.Append(Device(device).Region.NearestNode.Number)),
        Ro("resource", (device, text) => ShowHex(text, Device(device).Address), ModeBits.Mode0400),
        Rw("size", (device, text) => text.Append(Device(device).SizeBytes), StoreSize),
        .. When(_machine.Rules.HasDaxState,
            Rw(State, ShowState, StoreState, isVisible: device => Device(device).Driver == DaxDriver.Kmem)),
        Link("subsystem", $"{_up}../../../../bus/dax"),
        Ro("target_node", (device, text) => text.Append(Device(device).Region.Node.Number)),
        _uevents.OfDevice(device => PathOf(Device(device)), Name, device => Variables(Device(device))),
        .. Power(set),
        .. Enumerable.Range(0, DaxRegion.RangesMax).Select(Mapping),
    ]);

    /// <summary>A range of a device.</summary>
    private DirectoryEntry Mapping(int index) => Dir(
        $"mapping{index}",
        new DirectoryType(() =>
        [
            Ro("end", (device, text) => ShowHex(text, Device(device).Ranges[index].End - 1), ModeBits.Mode0400),
            Ro("page_offset", (device, text) => ShowHex(text, Device(device).PageOffsetOf(index, _machine.PageSizeBytes)), ModeBits.Mode0400),
            Ro("start", (device, text) => ShowHex(text, Device(device).Ranges[index].Start), ModeBits.Mode0400),
            _uevents.OfDirectory(),
        ]),
        device => Device(device).Ranges.Count > index);

    private static Result ShowHex(TextBuffer text, long value)
    {
        text.Append("0x"u8).AppendHex((ulong)value, 1).Append('\n');
        return Result.Ok;
    }

    private static Show ShowLine(string line) => (_, text) =>
    {
        text.Append(line).Append('\n');
        return Result.Ok;
    };

    /// <summary>The name of a device as the files take it: without a newline at its end.</summary>
    internal static string NameIn(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(KernelText.WithoutNewline(KernelText.UpToNul(text)));

    internal static Result<int> Written(ReadOnlySpan<byte> text, Result done) => done.Failed(out var error) ? error : text.Length;

    private Result<int> StoreCreate(DaxRegion region, ReadOnlySpan<byte> text)
    {
        if (KernelText.ParseSigned(text).TryGet(out var number, out var error) && number == 1)
            return Written(text, _machine.Dax.Create(region));
        _machine.LogRefused("create", text, "write 1");
        return error == Errno.ERANGE ? error : Errno.EINVAL;
    }

    /// <summary>The name of a driver, or null for an empty line, which takes the name away.</summary>
    private static string? OverrideIn(ReadOnlySpan<byte> text) => NameIn(text) is { Length: > 0 } name ? name : null;

    private Result ShowState(int device, TextBuffer text)
    {
        text.Append(Device(device).MemoryState.Word()).Append('\n');
        return Result.Ok;
    }

    private Result<int> StoreState(int device, ReadOnlySpan<byte> text)
    {
        var word = NameIn(text);
        foreach (var state in DaxMemoryStates.Requests)
            if (state.Word() == word)
                return Written(text, _machine.Dax.SetMemoryState(Device(device), state));
        _machine.LogRefused(State, text, "not one of unplugged, online, online_kernel, online_movable");
        return Errno.EINVAL;
    }

    private Result<int> StoreSize(int device, ReadOnlySpan<byte> text) =>
        _machine.ParseUnsigned("size", text, bits: 63).TryGet(out var bytes, out var error)
            ? Changed(device, text, _machine.Dax.Resize(Device(device), (long)bytes))
            : error;

    /// <summary>A text that is no number is refused with ENXIO.</summary>
    private Result<int> StoreAlign(int device, ReadOnlySpan<byte> text) =>
        _machine.ParseUnsigned("align", text, bits: 64).TryGet(out var bytes, out _)
            ? Written(text, _machine.Dax.SetAlign(Device(device), bytes))
            : Errno.ENXIO;

    private Result<int> StoreMemmap(int device, ReadOnlySpan<byte> text) =>
        _machine.ParseBool("memmap_on_memory", text, _profile.TruthWords).TryGet(out var value, out var error)
            ? Written(text, _machine.Dax.SetHoldsItsMemmap(Device(device), value))
            : error;

    /// <summary>Takes the first and the last address of a range, both hexadecimal: <c>140000000-17fffffff</c>.</summary>
    private Result<int> StoreMapping(int device, ReadOnlySpan<byte> text)
    {
        var range = KernelText.WithoutNewline(KernelText.UpToNul(text));
        var dash = range.IndexOf((byte)'-');
        if (dash > 0 && Hexadecimal(range[..dash]) is { } first && Hexadecimal(range[(dash + 1)..]) is { } last)
            return Changed(device, text, _machine.Dax.AddRange(Device(device), first, last));
        _machine.LogRefused("mapping", text, "write the first and the last address, such as 140000000-17fffffff");
        return Errno.EINVAL;
    }

    private static ulong? Hexadecimal(ReadOnlySpan<byte> text)
    {
        var digits = text is [(byte)'0', (byte)'x' or (byte)'X', ..] ? text[2..] : text;
        return ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>Ends a write that can change the ranges of a device.</summary>
    private Result<int> Changed(int device, ReadOnlySpan<byte> text, Result done)
    {
        if (done.IsOk)
            RangesChanged?.Invoke(Device(device));
        return Written(text, done);
    }

    /// <summary>Raised after the ranges of a device have changed.</summary>
    public event Action<DaxDevice>? RangesChanged;

    /// <summary>Reports which directories of ranges a device has now.</summary>
    public void ReportRanges(KernfsTree tree, DaxDevice device)
    {
        if (tree.Find("sys" + PathOf(device)) is not { IsOk: true } directory)
            return;
        for (var i = 0; i < DaxRegion.RangesMax; i++)
            tree.Changes.EntryChanged(directory.Value, $"mapping{i}");
    }
}
