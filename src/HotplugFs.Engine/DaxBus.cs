using System.Collections;
using HotplugFs.Engine.Faults;
using HotplugFs.Engine.Policies;

namespace HotplugFs.Engine;

/// <summary>
/// The dax bus, whose devices are enumerated in the order of creation (drivers/dax/bus.c, kmem.c, device.c). Its drivers use the memory that
/// the firmware keeps for a purpose: kmem adds it in blocks. Source: docs/kernels.md, "Dax devices"; recordings <c>tests/dax</c>.
/// </summary>
public sealed class DaxBus : IEnumerable<DaxDevice>
{
    private readonly PhysicalMemory _memory;
    private readonly KernelRules _rules;
    private readonly MemmapOnMemory _memmap;
    private readonly MemorySubsystem _devices;
    private readonly KmemDriver _kmem;
    private readonly HotplugLock _lock;
    private readonly MachineEvents _events;
    private readonly List<DaxRegion> _regions = [];

    /// <summary>The devices that each driver also takes, by name, whatever their kind (<c>new_id</c>).</summary>
    private readonly Dictionary<DaxDriver, SortedSet<string>> _ids = DaxDrivers.All.ToDictionary(driver => driver, _ => new SortedSet<string>());

    /// <summary>How many devices were created.</summary>
    private int _created;

    /// <summary>How often a state was restored, which is the generation of devices that are created now.</summary>
    private uint _generation;

    internal DaxBus(
        PhysicalMemory memory, KernelRules rules, MemmapOnMemory memmap, MemoryHotplug hotplug, MemorySubsystem devices, FaultInjection faults,
        HotplugLock hotplugLock, MachineEvents events) =>
        (_memory, _rules, _memmap, _devices, _kmem, _lock, _events)
            = (memory, rules, memmap, devices, new KmemDriver(memory, rules, memmap, hotplug, devices, faults, events), hotplugLock, events);

    /// <summary>The name of the only driver that may take <c>hmem_platform.0</c>, or null. It has no effect, because hmem_platform has it.</summary>
    public string? PlatformDriverOverride { get; set; }

    /// <summary>The regions, by their numbers.</summary>
    public IReadOnlyList<DaxRegion> Regions => _regions;

    /// <inheritdoc/>
    public IEnumerator<DaxDevice> GetEnumerator() => _regions.SelectMany(region => region.All).OrderBy(device => device.Index).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Finds a device by its index.</summary>
    /// <returns>The device, or null if there is none.</returns>
    public DaxDevice? At(int index)
    {
        foreach (var region in _regions)
            foreach (var device in region.All)
                if (device.Index == index)
                    return device;
        return null;
    }

    /// <summary>Finds a device by its name.</summary>
    /// <returns>The device, or null if there is none.</returns>
    public DaxDevice? Find(string name)
    {
        foreach (var region in _regions)
            foreach (var device in region.All)
                if (device.Name == name)
                    return device;
        return null;
    }

    /// <summary>Adds a region with its devices, which are bound as the definition states.</summary>
    /// <exception cref="ArgumentException">The kernel has no dax bus, or the region is not possible.</exception>
    internal void Boot(DaxDefinition definition)
    {
        var number = _regions.Count;
        if (!_rules.HasDax)
            throw new ArgumentException($"kernel {_rules.Name} has no dax bus, but the machine has memory for it");
        var node = _memory.FindNode(definition.Node)
            ?? throw new ArgumentException($"dax region {number} is on node {definition.Node}, which is not defined");
        var start = definition.Address ?? _memory.AddressForNextDevice();
        if (definition.SizeBytes > _memory.AddressEnd || start > _memory.AddressEnd - definition.SizeBytes)
            throw new ArgumentException($"dax region {number} does not fit below 0x{_memory.AddressEnd:x}");
        var nearest = definition.NearestNode is { } stated ? _memory.FindNode(stated) : NearestOnline(node);
        var region = new DaxRegion(number, node, nearest ?? node, new AddressRange(start, definition.SizeBytes));
        _regions.Add(region);
        _memory.DaxRegions.Add(region);
        if (definition.Devices.Count == 0)
        {
            var device = Add(region);
            device.Parts.Add(region.Memory);
            BootWith(device, definition.Driver ?? DefaultDriver);
        }
        foreach (var saved in definition.Devices)
        {
            var device = Add(region, saved.Number);
            (device.Align, device.HoldsItsMemmap) = (saved.Align, saved.HoldsItsMemmap);
            device.Parts.AddRange(saved.Ranges);
            device.Blocks.AddRange(_memory.DaxBlocks.Values.Where(blocks => blocks.Id == device.Name));
            if (device.Blocks.Count > 0 || saved.MemoryState == DaxMemoryState.Unplugged)
                (device.Driver, device.MemoryState) = (saved.Driver, saved.MemoryState ?? DaxMemoryState.Offline);
            else
                BootWith(device, saved.Driver);
        }
    }

    /// <summary>The driver that takes new devices.</summary>
    private DaxDriver DefaultDriver => _rules.KmemTakesReservedMemory ? DaxDriver.Kmem : DaxDriver.DeviceDax;

    private void BootWith(DaxDevice device, DaxDriver driver)
    {
        if (driver == DaxDriver.None || device.Ranges.Count == 0)
            return;
        if (driver != DefaultDriver)
            _ids[driver].Add(device.Name);
        if (Probe(device, driver).Failed(out var error))
            _events.Log.Add($"{device.Name}: driver {driver.Word()} failed at boot with {error.Name()}");
    }

    private NumaNode? NearestOnline(NumaNode node)
    {
        var (nearest, least) = ((NumaNode?)null, int.MaxValue);
        for (var i = 0; i < _memory.PossibleNodes.Count; i++)
            if (_memory.PossibleNodes[i].Online && node.Distances[i] is var distance && distance < least)
                (nearest, least) = (_memory.PossibleNodes[i], distance);
        return nearest;
    }

    private DaxDevice Add(DaxRegion region, int? number = null)
    {
        var minor = 0;
        while (this.Any(other => other.Minor == minor))
            minor++;
        var device = new DaxDevice(region, _created++, number ?? region.FreeNumber(), minor, _generation);
        region.All.Add(device);
        return device;
    }

    /// <summary>Lets a driver take a device by its name from now on, and binds it to all devices that it takes and that have no driver.</summary>
    /// <param name="name">The name of a device, which need not exist.</param>
    /// <returns>Success, also if no device could be bound; EWAITING while another operation waits.</returns>
    public Result AddId(DaxDriver driver, string name)
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        _ids[driver].Add(name);
        foreach (var device in this.Where(device => device.Driver == DaxDriver.None && Takes(driver, device)).ToArray())
            if (Probe(device, driver).Failed(out var error) && error == Errno.EWAITING)
                return error;
        return Result.Ok;
    }

    /// <summary>Ends <see cref="AddId"/>. A device that is bound stays bound.</summary>
    public void RemoveId(DaxDriver driver, string name) => _ids[driver].Remove(name);

    /// <summary>Binds a device to a driver.</summary>
    /// <returns>
    /// Success; ENODEV if there is no such device or the driver does not take it; EBUSY if it has a driver or its memory is still in use;
    /// ENXIO if it has no memory; EINVAL if it has no whole block.
    /// </returns>
    public Result Bind(DaxDriver driver, string name)
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        if (Find(name) is not { } device)
            return Refuse(name, $"bind to {driver.Word()}", Errno.ENODEV, RefusalRule.NotFound, "there is no such device");
        if (!Takes(driver, device))
        {
            return Refuse(name, $"bind to {driver.Word()}", Errno.ENODEV, RefusalRule.NotSupported,
                $"{driver.Word()} does not take the device; write its name to new_id first");
        }
        return device.Driver == DaxDriver.None ? Probe(device, driver)
            : Refuse(name, $"bind to {driver.Word()}", Errno.EBUSY, RefusalRule.StillInUse, $"it is bound to {device.Driver.Word()}");
    }

    /// <summary>Binds a device that has no driver to the one that takes it (<c>drivers_probe</c>).</summary>
    /// <returns>Success, also if no driver takes it; ENODEV if there is no such device; EWAITING while another operation waits.</returns>
    public Result BindToAny(string name)
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        if (Find(name) is not { } device)
            return Refuse(name, "drivers_probe", Errno.ENODEV, RefusalRule.NotFound, "there is no such device");
        foreach (var driver in DaxDrivers.All)
            if (device.Driver == DaxDriver.None && Takes(driver, device) && Probe(device, driver).Failed(out var error) && error == Errno.EWAITING)
                return error;
        return Result.Ok;
    }

    /// <summary>
    /// Takes a device from its driver. Blocks that kmem cannot remove, because one of a range is online, stay, and the memory of the device
    /// cannot be used again until the machine boots.
    /// </summary>
    /// <returns>Success, also if blocks stay; ENODEV if the device is not bound to this driver.</returns>
    public Result Unbind(DaxDriver driver, string name)
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        if (Find(name) is not { } device || device.Driver != driver)
            return Refuse(name, $"unbind from {driver.Word()}", Errno.ENODEV, RefusalRule.NotFound, "no such device is bound to the driver");
        if (driver == DaxDriver.Kmem && _kmem.Remove(device).Failed(out var error))
            return error;
        device.Driver = DaxDriver.None;
        _events.Raise(new DaxUnbound(device, driver));
        return Result.Ok;
    }

    /// <summary>
    /// Plugs the memory of a device that kmem has and onlines it, or takes all of it offline and unplugs it. A block that cannot be onlined
    /// stays offline.
    /// </summary>
    /// <returns>
    /// Success, also if this was requested last; EBUSY if the memory is plugged and is to be online in another way; otherwise as
    /// <see cref="Bind"/>, or the errno with which a block refused to go offline; EINTR after a signal; EWAITING while an operation waits.
    /// </returns>
    public Result SetMemoryState(DaxDevice device, DaxMemoryState wanted)
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        if (device.MemoryState == wanted)
            return Result.Ok;
        if (wanted != DaxMemoryState.Unplugged && device.MemoryState != DaxMemoryState.Unplugged)
        {
            return Refuse(device.Name, $"state: {wanted.Word()}", Errno.EBUSY, RefusalRule.StillInUse,
                $"its memory is plugged ({device.MemoryState.Word()}); write unplugged first");
        }
        var done = wanted == DaxMemoryState.Unplugged
            ? _kmem.Unplug(device)
            : _kmem.Add(device, $"state: {wanted.Word()}", wanted.Request());
        if (done.IsOk)
            device.MemoryState = wanted;
        return done;
    }

    /// <summary>Forgets what waits.</summary>
    internal void Abandon() => _kmem.Abandon();

    /// <summary>Gives a device another size: it gets the lowest free memory of its region, or loses the end of its last ranges.</summary>
    /// <returns>
    /// Success; EINVAL if the size is not a multiple of 2 MiB and the device's alignment; EBUSY if the device has a driver; ENOSPC if the
    /// region has not as much, or the device would have more than <see cref="DaxRegion.RangesMax"/> ranges.
    /// </returns>
    public Result Resize(DaxDevice device, long bytes)
    {
        var unit = Math.Max(device.Align, DaxRegion.Align);
        if (bytes % unit != 0)
            return Refuse(device.Name, "size", Errno.EINVAL, RefusalRule.NotAligned, $"{bytes} is not a multiple of {unit}");
        if (device.Driver != DaxDriver.None)
            return Refuse(device.Name, "size", Errno.EBUSY, RefusalRule.StillInUse, $"it is bound to {device.Driver.Word()}; unbind it first");
        var missing = bytes - device.SizeBytes;
        if (missing > device.Region.AvailableBytes)
        {
            return Refuse(device.Name, "size", Errno.ENOSPC, RefusalRule.NotEnoughMemory,
                $"{missing} bytes more are needed, and {device.Region.AvailableBytes} of the region are free");
        }
        if (missing < 0)
            Shrink(device.Parts, -missing);
        else if (!Grow(device, missing))
            return Refuse(device.Name, "size", Errno.ENOSPC, RefusalRule.TooMany, $"it would have more than {DaxRegion.RangesMax} ranges");
        return Result.Ok;
    }

    private static void Shrink(List<AddressRange> parts, long bytes)
    {
        while (bytes > 0)
        {
            var last = parts[^1];
            parts.RemoveAt(parts.Count - 1);
            if (last.Size > bytes)
                parts.Add(last with { Size = last.Size - bytes });
            bytes -= Math.Min(bytes, last.Size);
        }
    }

    private static bool Grow(DaxDevice device, long bytes)
    {
        AddressRange[] before = [.. device.Parts];
        for (var rest = bytes; rest > 0;)
        {
            var part = device.Region.LowestFree(rest);
            rest -= part.Size;
            if (device.Parts is [.., var last] && last.End == part.Start)
                device.Parts[^1] = last with { Size = last.Size + part.Size };
            else
                device.Parts.Add(part);
        }
        if (device.Parts.Count <= DaxRegion.RangesMax)
            return true;
        device.Parts.Clear();
        device.Parts.AddRange(before);
        return false;
    }

    /// <summary>Gives a device a range of its region, also while it has a driver, which does not notice.</summary>
    /// <returns>
    /// Success; ENOMEM if the range is not free or not in the region; ENOSPC if the device has <see cref="DaxRegion.RangesMax"/> ranges. A
    /// range whose size is not a multiple of 2 MiB and the alignment changes nothing: success, and ENXIO in some kernels.
    /// </returns>
    public Result AddRange(DaxDevice device, ulong first, ulong last)
    {
        var size = unchecked(last - first + 1);
        if (size % (ulong)Math.Max(device.Align, DaxRegion.Align) != 0)
        {
            return _rules.AcceptsUnalignedDaxMapping
                ? Result.Ok
                : Refuse(device.Name, "mapping", Errno.ENXIO, RefusalRule.NotAligned, $"its size 0x{size:x} is no multiple of the alignment");
        }
        var end = (ulong)device.Region.Memory.End;
        if (size == 0 || first >= end || last >= end || !device.Region.IsFree(new AddressRange((long)first, (long)size)))
            return Refuse(device.Name, "mapping", Errno.ENOMEM, RefusalRule.Taken, $"0x{first:x}-0x{last:x} is not free memory of the region");
        if (device.Ranges.Count == DaxRegion.RangesMax)
            return Refuse(device.Name, "mapping", Errno.ENOSPC, RefusalRule.TooMany, $"it has {DaxRegion.RangesMax} ranges");
        device.Parts.Add(new AddressRange((long)first, (long)size));
        return Result.Ok;
    }

    /// <summary>Changes what the sizes of a device have to be multiples of.</summary>
    /// <returns>
    /// Success; EINVAL if it is not a page, 2 MiB or 1 GiB, or the ranges of the device are not multiples of it; EBUSY if the device has a
    /// driver.
    /// </returns>
    public Result SetAlign(DaxDevice device, ulong bytes)
    {
        if (bytes != (ulong)_memory.PageSizeBytes && bytes is not (2UL << 20 or 1UL << 30))
            return Refuse(device.Name, "align", Errno.EINVAL, RefusalRule.InvalidText, $"write {_memory.PageSizeBytes}, 2097152 or 1073741824");
        if (device.Driver != DaxDriver.None)
            return Refuse(device.Name, "align", Errno.EBUSY, RefusalRule.StillInUse, $"it is bound to {device.Driver.Word()}; unbind it first");
        foreach (var range in device.Ranges)
            if (range.Size % (long)bytes != 0)
                return Refuse(device.Name, "align", Errno.EINVAL, RefusalRule.NotAligned, $"its range of {range.Size} bytes is no multiple");
        device.Align = (long)bytes;
        return Result.Ok;
    }

    /// <summary>Decides whether the blocks that kmem will add for a device hold their own memory maps.</summary>
    /// <returns>Success; EOPNOTSUPP if the parameter memmap_on_memory does not allow it; EBUSY while kmem has the device.</returns>
    public Result SetHoldsItsMemmap(DaxDevice device, bool value)
    {
        if (value && _memmap is not (MemmapOnMemory.Yes or MemmapOnMemory.Force))
        {
            return Refuse(device.Name, "memmap_on_memory", Errno.EOPNOTSUPP, RefusalRule.NotSupported,
                "the parameter memmap_on_memory of module memory_hotplug is not set");
        }
        if (value != device.HoldsItsMemmap && device.Driver == DaxDriver.Kmem)
            return Refuse(device.Name, "memmap_on_memory", Errno.EBUSY, RefusalRule.StillInUse, "kmem has added its memory; unbind it first");
        device.HoldsItsMemmap = value;
        return Result.Ok;
    }

    /// <summary>Creates a device without memory in a region.</summary>
    /// <returns>Success; ENOSPC if all memory of the region belongs to devices.</returns>
    public Result Create(DaxRegion region)
    {
        if (region.AvailableBytes == 0)
            return Refuse($"hmem.{region.Number}", "create", Errno.ENOSPC, RefusalRule.NotEnoughMemory, "the devices have all memory of the region");
        var device = Add(region);
        region.Seed ??= device;
        region.Youngest = device;
        _events.Raise(new DaxAdded(device));
        return Result.Ok;
    }

    /// <summary>Deletes a device.</summary>
    /// <returns>
    /// Success; ENXIO if the region has no such device; EBUSY if it has memory or a driver, or is the first device of the region, which
    /// always stays.
    /// </returns>
    public Result Delete(DaxRegion region, string name)
    {
        if (region.All.Find(device => device.Name == name) is not { } device)
            return Refuse(name, "delete", Errno.ENXIO, RefusalRule.NotFound, "the region has no such device");
        if (device.Driver != DaxDriver.None || device.Ranges.Count > 0)
            return Refuse(name, "delete", Errno.EBUSY, RefusalRule.StillInUse, "it has memory; unbind it and write 0 to its size first");
        if (device.Number == 0)
            return Refuse(name, "delete", Errno.EBUSY, RefusalRule.NotSupported, "the first device of a region always stays");
        region.All.Remove(device);
        region.Seed = region.Seed == device ? null : region.Seed;
        region.Youngest = region.Youngest == device ? null : region.Youngest;
        _events.Raise(new DaxRemoved(device));
        return Result.Ok;
    }

    private bool Takes(DaxDriver driver, DaxDevice device) => driver == DefaultDriver || _ids[driver].Contains(device.Name);

    /// <summary>Binds a device without driver to one that takes it.</summary>
    private Result Probe(DaxDevice device, DaxDriver driver)
    {
        var request = $"bind to {driver.Word()}";
        if (device.Ranges.Count == 0)
            return Refuse(device.Name, request, Errno.ENXIO, RefusalRule.NotEnoughMemory, "it has no memory; write its size first");
        if (device.HasStalePageMap && driver == DaxDriver.DeviceDax)
            return Refuse(device.Name, request, Errno.EINVAL, RefusalRule.StillInUse, "the page map of an attempt that failed is left");
        if (driver == DaxDriver.Kmem)
        {
            if (_kmem.Add(device, request, _devices.AutoOnline).Failed(out var error))
                return error;
            device.MemoryState = DaxMemoryStates.After(_devices.AutoOnline);
        }
        else if (device.Blocks.Count > 0)
        {
            device.HasStalePageMap = true;
            return _kmem.RefuseBlocks(device, request);
        }
        device.Driver = driver;
        _events.Raise(new DaxBound(device));
        return Result.Ok;
    }

    private Errno Refuse(string name, string request, Errno error, RefusalRule rule, string reason)
    {
        _events.Log.AddRefusal(rule, $"{name}: {request}", reason);
        return error;
    }

    /// <summary>Passes the devices and their drivers through a stream.</summary>
    internal void Transfer(StateStream state)
    {
        _generation += state.IsReading ? 1u : 0;
        _created = state.Number(_created);
        PlatformDriverOverride = state.Flag(PlatformDriverOverride is not null) ? state.Text(PlatformDriverOverride ?? "") : null;
        foreach (var driver in DaxDrivers.All)
        {
            var ids = state.List(_ids[driver], id => state.Text(id ?? ""));
            if (state.IsReading)
                _ids[driver] = [.. ids];
        }
        foreach (var region in _regions)
            Transfer(state, region);
    }

    private void Transfer(StateStream state, DaxRegion region)
    {
        region.DriverOverride = state.Flag(region.DriverOverride is not null) ? state.Text(region.DriverOverride ?? "") : null;
        var devices = state.List([.. region.All], device => Transfer(state, region, device));
        var (seed, youngest) = (state.Number(region.Seed?.Index ?? -1), state.Number(region.Youngest?.Index ?? -1));
        if (!state.IsReading)
            return;
        region.All.Clear();
        region.All.AddRange(devices);
        (region.Seed, region.Youngest) = (region.All.Find(device => device.Index == seed), region.All.Find(device => device.Index == youngest));
    }

    private DaxDevice Transfer(StateStream state, DaxRegion region, DaxDevice? device)
    {
        var (index, generation) = (state.Number(device?.Index ?? 0), state.Number(device?.Generation ?? 0));
        var passed = new DaxDevice(
            region, index, state.Number(device?.Number ?? 0), state.Number(device?.Minor ?? 0),
            At(index)?.Generation == generation ? generation : _generation)
        {
            Driver = (DaxDriver)state.Number((int)(device?.Driver ?? 0)),
            MemoryState = (DaxMemoryState)state.Number((int)(device?.MemoryState ?? 0)),
            Align = state.Number(device?.Align ?? 0),
            HoldsItsMemmap = state.Flag(device?.HoldsItsMemmap ?? false),
            HasStalePageMap = state.Flag(device?.HasStalePageMap ?? false),
        };
        passed.Parts.AddRange(state.List(device?.Parts ?? [], part => new AddressRange(state.Number(part.Start), state.Number(part.Size))));
        if (state.IsReading)
            passed.Blocks.AddRange(_memory.DaxBlocks.Values.Where(blocks => blocks.Id == passed.Name));
        return passed;
    }
}
