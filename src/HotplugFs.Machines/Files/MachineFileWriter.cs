using HotplugFs.Engine.Faults;
using HotplugFs.Engine.Pages;
using HotplugFs.Engine.Processors;
using HotplugFs.Machines.Toml;

namespace HotplugFs.Machines.Files;

/// <summary>Formats a machine as TOML that <see cref="MachineFile"/> reads back.</summary>
internal sealed class MachineFileWriter
{
    private readonly StringBuilder _text = new();

    public string Write(NamedMachine machine)
    {
        var definition = machine.Definition;
        _text.Append("# machine ").Append(machine.Name.ReplaceLineEndings(" ")).Append('\n');
        if (definition.Architecture != Architecture.X86_64)
            Quoted("architecture", definition.Architecture.Name);
        if (definition.PageSizeBytes != definition.Architecture.PageSizes[0].Bytes)
            Quoted("page_size", ByteSize.Format(definition.PageSizeBytes));
        Quoted("block_size", ByteSize.Format(definition.BlockSizeBytes));
        Quoted("kernel", machine.Kernel);
        foreach (var (name, _) in DmiNames.All)
            if (definition.Dmi.TryGetValue(name, out var text))
                Quoted(name, text);
        Plain("movable_node", Flag(definition.MovableNode));
        Quoted("auto_online_blocks", definition.AutoOnline.Word());
        Write(definition.OnlinePolicy);
        WriteOptions(definition.Config, definition.Architecture.ConfigFor(definition.PageSizeBytes));
        if (definition.PhysDeviceBytes > 0)
            Quoted("phys_device", ByteSize.Format(definition.PhysDeviceBytes));
        if (definition.MaxBytes is { } max)
            Quoted("max_memory", ByteSize.Format(max));
        if (definition.OffersBlocksOnce)
            Plain("blocks_offered_once", "true");
        if (definition.Standby.Count > 0)
            Quoted("standby", Ranges(definition.Standby));
        if (definition.SpentBlocks.Count > 0)
            Quoted("spent_blocks", Ranges(definition.SpentBlocks));
        if (definition.Config.MemmapOnMemory == MemmapOnMemory.Force)
            Quoted("memmap_on_memory", MachineFileKinds.Force);
        else if (definition.Config.MemmapOnMemory == MemmapOnMemory.Absent)
            Quoted("memmap_on_memory", MachineFileKinds.Absent);
        else if (definition.Config.MemmapOnMemory == MemmapOnMemory.Yes)
            Plain("memmap_on_memory", "true");
        if (definition.MigrationRate != default)
            Quoted("migration_rate", definition.MigrationRate.ToString());
        foreach (var node in definition.Nodes)
            Write(node, definition);
        Write(definition.Cpu);
        foreach (var range in definition.Memory)
            Write(range);
        foreach (var dimm in definition.Dimms)
            Write(dimm);
        foreach (var device in definition.VirtioMem)
            Write(device);
        for (var number = 0; number < definition.Dax.Count; number++)
            Write(definition.Dax[number], number);
        foreach (var device in definition.Pci)
            Write(device);
        foreach (var zone in definition.Zones)
            Write(zone);
        foreach (var load in definition.Loads)
            Write(load);
        foreach (var fault in definition.Faults)
            Write(fault);
        foreach (var range in definition.FirmwareMap ?? [])
            Write(range);
        return _text.ToString();
    }

    private void Write(OnlinePolicySettings policy)
    {
        if (policy == new OnlinePolicySettings())
            return;
        Quoted("online_policy", OnlinePolicySettings.Words[(int)policy.Kind]);
        Plain("auto_movable_ratio", Number(policy.RatioPercent));
        Plain("auto_movable_numa_aware", Flag(policy.IsNumaAware));
    }

    /// <summary>Writes the build options that are not those of a distribution's kernel.</summary>
    private void WriteOptions(KernelConfig config, KernelConfig usual)
    {
        Option("numa", config.Numa, usual.Numa);
        Option("power_debug", config.PowerDebug, usual.PowerDebug);
        Option("memory_hotremove", config.MemoryHotremove, usual.MemoryHotremove);
        Option("dimm_hotplug", config.Dimms, usual.Dimms);
        Option("sgx", config.Sgx, usual.Sgx);
        if (config.CrashHotplug != usual.CrashHotplug)
            Quoted("crash_hotplug", config.CrashHotplug < 0 ? MachineFileKinds.Absent : $"{config.CrashHotplug ?? 0}");
        Option("crash_notes", config.CrashNotes, usual.CrashNotes);
        if (!config.HugePageSizes.SequenceEqual(usual.HugePageSizes))
            Texts("hugepage_sizes", config.HugePageSizes.Select(size => ByteSize.Format((long)size << 10)));
        if (!config.HiddenStatistics.SequenceEqual(usual.HiddenStatistics))
            Texts("hidden_statistics", config.HiddenStatistics);
        Option("power_management", config.PowerManagement, usual.PowerManagement);
        Option("memory_failure", config.MemoryFailure, usual.MemoryFailure);
        Option("hugetlb_pages", config.HugetlbPages, usual.HugetlbPages);
        Option("transparent_hugepages", config.TransparentHugePages, usual.TransparentHugePages);
        Option("memory_probe", config.MemoryProbe, usual.MemoryProbe);
        Option("modules", config.Modules, usual.Modules);
        Option("error_injection", config.ErrorInjection, usual.ErrorInjection);
        Option("pm_error_injection", config.PmErrorInjection, usual.PmErrorInjection);
        if (config.CpuListSize != usual.CpuListSize)
            Plain("cpulist_size", Number(config.CpuListSize));
    }

    private void Option(string key, bool? value, bool? usual)
    {
        if (value != usual)
            Plain(key, Flag(value == true));
    }

    private static string BySize(NodeDefinition node, int usualKiB)
    {
        var sizes = node.OtherHugePages.Append((SizeKiB: usualKiB, Count: node.HugePages)).Where(size => size.Count > 0).Order();
        return $"{{ {string.Join(", ", sizes.Select(size => $"\"{ByteSize.Format((long)size.SizeKiB << 10)}\" = {size.Count}"))} }}";
    }

    private void Write(NodeDefinition node, MachineDefinition definition)
    {
        Header(MachineFileKinds.Node);
        Plain("number", Number(node.Number));
        if (node.Cpus.Count > 0)
            Quoted("cpus", Ranges(node.Cpus));
        if (node.Distances.Count > 0)
            Plain("distances", $"[{string.Join(", ", node.Distances.Select(distance => Number(distance)))}]");
        if (node.Span is { } span)
            Span(span);
        if (node.HasNormalMemory is { } hasNormalMemory)
            Plain("has_normal_memory", Flag(hasNormalMemory));
        if (node.IsOnline is { } isOnline)
            Plain("online", Flag(isOnline));
        if (!ReferenceEquals(node.Hardware, NodeHardware.Plain))
            Write(node.Hardware);
        if (node.OtherHugePages.Count > 0)
            Plain("hugepages", BySize(node, definition.HugePageKiB));
        else if (node.HugePages > 0)
            Plain("hugepages", Number(node.HugePages));
        else
            Places("hugepages", node.FreeHugePages);
        Places("page_descriptors", node.PageDescriptors);
    }

    private void Write(NodeHardware hardware)
    {
        if (hardware.Tier is { } tier)
            Plain("memory_tier", Number(tier));
        if (hardware.IsGenericInitiator)
            Plain("generic_initiator", "true");
        if (hardware.Access is { } access)
            Plain("access0", Access(access));
        if (hardware.CpuAccess is { } cpuAccess)
            Plain("access1", Access(cpuAccess));
        if (hardware.SideCaches.Count > 0)
            Plain("side_caches", $"[{string.Join(", ", hardware.SideCaches.Select(Cache))}]");
    }

    private static string Access(NodeAccess access) =>
        $"{{ initiators = \"{Ranges(access.Initiators)}\", "
        + string.Join(", ", NodeAccess.FigureNames.Select((name, index) => $"{name} = {access.Figures[index]}")) + " }";

    private static string Cache(SideCache cache) =>
        $"{{ size = \"{ByteSize.Format(cache.SizeBytes)}\", line_size = {cache.LineSizeBytes}, indexing = {cache.Indexing}, "
        + $"write_policy = {cache.WritePolicy} }}";

    private void Write(MemoryRange range)
    {
        Header(MachineFileKinds.Memory);
        Plain("node", Number(range.Node));
        var last = range.First.Number + range.Count - 1;
        Quoted("blocks", range.Count == 1 ? Number(last) : $"{Number(range.First.Number)}-{Number(last)}");
        if (range.Zones != default)
            Quoted("zone", string.Join(' ', Enum.GetValues<ZoneType>().Where(type => range.Zones.Has(type)).Select(type => type.Name())));
        if (range.State != MemoryBlockState.Online)
            Quoted("state", MemoryBlockState.Offline.Word());
        if (range.KernelPages)
            Plain("kernel_pages", "true");
        if (range.HotAdded)
            Plain("hot_added", "true");
        if (range.HolePages > 0)
            Plain("hole_pages", Number(range.HolePages));
        if (range.EndsInHole)
            Plain("ends_in_hole", "true");
        if (range.OtherNodes.Count > 0)
            Plain("other_nodes", $"[{string.Join(", ", range.OtherNodes.Select(part => Part(part, range)))}]");
        if (range.OnlineWithoutDevice)
            Plain("online_without_device", "true");
        if (range.RetiredPages.Count > 0)
            Plain("retired_pages", $"[{string.Join(", ", range.RetiredPages.Select(page => $"\"{page}\""))}]");
        if (range.Dimm is { } dimm)
            Quoted("dimm", dimm);
        if (range.VirtioMem is { } device)
            Quoted("virtio_mem", device);
        if (range.Dax is { } dax)
            Quoted("dax", dax);
        if (range.PluggedBytes is { } plugged)
            Quoted("plugged", ByteSize.Format(plugged));
    }

    private void Write(FirmwareRange range)
    {
        Header(MachineFileKinds.FirmwareMap);
        Quoted("start", $"0x{range.Start:x}");
        Quoted("end", $"0x{range.Last:x}");
        if (range.Type != FirmwareRange.Ram)
            Quoted("type", range.Type);
    }

    private static string Part(NodePart part, MemoryRange range) =>
        $"{{ node = {part.Node}, pages = {part.Pages}{(range.Zones == part.Zone ? "" : $", zone = \"{part.Zone.Name()}\"")} }}";

    private void Write(CpuDefinition cpu)
    {
        var start = _text.Length;
        Header(MachineFileKinds.Cpu);
        var empty = _text.Length;
        Write("packages", cpu.Packages);
        Write("dies", cpu.Dies);
        Write("cores", cpu.Cores);
        if (cpu.Threads > 1)
            Plain("threads", Number(cpu.Threads));
        if (cpu.Possible.Count > 0)
            Quoted("possible", Ranges(cpu.Possible));
        if (cpu.Offline.Count > 0)
            Quoted("offline", Ranges(cpu.Offline));
        if (cpu.Caches is { } caches)
            Texts("caches", caches.Select(cache => cache.ToString()));
        if (cpu.Smt != SmtControl.On)
            Quoted("smt", cpu.Smt.Word());
        if (cpu.Vulnerabilities.Count > 0)
            Texts("vulnerabilities", cpu.Vulnerabilities.Select(row => $"{row.Name}: {row.Text}"));
        foreach (var (key, text) in (ReadOnlySpan<(string, string?)>)
            [("vendor_id", cpu.Model.Vendor), ("model_name", cpu.Model.Name), ("flags", cpu.Model.Flags)])
            if (text is not null)
                Quoted(key, text);
        foreach (var (key, number) in (ReadOnlySpan<(string, int?)>)
            [("family", cpu.Model.Family), ("model", cpu.Model.Number), ("stepping", cpu.Model.Stepping), ("mhz", cpu.Model.MHz)])
            if (number is { } value)
                Plain(key, Number(value));
        if (_text.Length == empty)
            _text.Length = start;
    }

    private void Write(string key, CpuGrouping? grouping)
    {
        if (grouping is { Lists.Count: > 0 })
            Texts(key, grouping.Lists.Select(Ranges));
        else if (grouping is not null)
            Plain(key, Number(grouping.Count));
    }

    private void Write(DimmDefinition dimm)
    {
        Header(MachineFileKinds.Dimm);
        Quoted("id", dimm.Id);
        Plain("node", Number(dimm.Node));
        Quoted("size", ByteSize.Format(dimm.SizeBytes));
        if (dimm.Address is { } address)
            Quoted("address", $"0x{address:x}");
        if (!dimm.IsAssigned)
            Plain("assigned", "false");
    }

    private void Write(VirtioMemDefinition device)
    {
        Header(MachineFileKinds.VirtioMem);
        Quoted("id", device.Id);
        Plain("node", Number(device.Node));
        Quoted("max", ByteSize.Format(device.MaxBytes));
        if (device.Address is { } address)
            Quoted("address", $"0x{address:x}");
        Quoted("size", ByteSize.Format(device.SizeBytes));
        if (device.IsRetrying)
            Plain("retrying", "true");
    }

    private void Write(DaxDefinition region, int number)
    {
        Header(MachineFileKinds.Dax);
        Plain("node", Number(region.Node));
        Quoted("size", ByteSize.Format(region.SizeBytes));
        if (region.Address is { } address)
            Quoted("address", $"0x{address:x}");
        if (region.Driver is { } driver)
            Quoted("driver", driver.Word());
        if (region.NearestNode is { } nearest)
            Plain("numa_node", Number(nearest));
        if (region.Devices.Count > 0)
            Texts("devices", region.Devices.Select(device => Words(device, number)));
    }

    private static string Words(DaxDeviceDefinition device, int region) => string.Join(' ',
    [
        device.NameIn(region), device.Driver.Word(),
        .. device.Align == DaxRegion.Align ? [] : (string[])[DaxReader.AlignKey + ByteSize.Format(device.Align)],
        .. device.HoldsItsMemmap ? (string[])[DaxReader.HoldsItsMemmap] : [],
        .. device.MemoryState is { } state ? (string[])[DaxReader.StateKey + state.Word()] : [],
        .. device.Ranges.Select(range => $"0x{range.Start:x}-0x{range.End - 1:x}"),
    ]);

    private void Write(PciDefinition device)
    {
        Header(MachineFileKinds.Pci);
        Quoted("address", device.Address.ToString());
        if (device.Node is { } node)
            Plain("node", Number(node));
        Quoted("class", $"0x{device.Class:x6}");
        Quoted("vendor", $"0x{device.Vendor:x4}");
        Quoted("device", $"0x{device.Device:x4}");
        if (device.SubsystemVendor > 0)
            Quoted("subsystem_vendor", $"0x{device.SubsystemVendor:x4}");
        if (device.SubsystemDevice > 0)
            Quoted("subsystem_device", $"0x{device.SubsystemDevice:x4}");
        if (device.Revision > 0)
            Quoted("revision", $"0x{device.Revision:x2}");
    }

    private void Write(LoadDefinition load)
    {
        Header(MachineFileKinds.Load);
        Quoted("id", load.Id);
        Quoted("kind", load.Kind.Name());
        Quoted("size", ByteSize.Format(load.SizeBytes));
        Plain("node", Number(load.Node));
        Quoted("policy", load.Policy.Word());
        if (load.HugePageKiB > 0)
            Quoted("hugepage_size", ByteSize.Format((long)load.HugePageKiB << 10));
        if (load.Churn > 0)
        {
            Plain("churn", Number(load.Churn));
            Plain("seed", Number(load.Seed));
        }
        Places("pages", load.Places);
    }

    private void Write(FaultDefinition fault)
    {
        Header(MachineFileKinds.Fault);
        foreach (var (key, value) in FaultSyntax.Keys(fault))
        {
            if (key is "times" or "after" or "seed")
                Plain(key, value);
            else
                Quoted(key, value);
        }
    }

    private void Texts(string key, IEnumerable<string> texts) => Plain(key, $"[{string.Join(", ", texts.Select(text => $"\"{text}\""))}]");

    private void Places(string key, IReadOnlyList<PagesInBlock> places)
    {
        if (places.Count > 0)
            Plain(key, $"[{string.Join(", ", places.Select(place => $"\"{Place(place)}\""))}]");
    }

    private static string Place(PagesInBlock place) => $"{place.Block.Number} {place.Zone.Name()} {place.Pages}"
        + (place.HugePageKiB > 0 ? $" {ByteSize.Format((long)place.HugePageKiB << 10)}" : "");

    private void Write(ZoneFigures zone)
    {
        Header(MachineFileKinds.Zone);
        Plain("node", Number(zone.Node));
        Quoted("zone", zone.Type.Name());
        Span(zone.Span);
        Plain("present_pages", Number(zone.PresentPages));
        Plain("managed_pages", Number(zone.ManagedPages));
        Plain("present_boot_pages", Number(zone.PresentBootPages));
        Plain("initialized", Flag(zone.Initialized));
    }

    private void Span(PfnRange span)
    {
        Plain("start_pfn", Number(span.Start));
        Plain("end_pfn", Number(span.End));
    }

    private void Header(SectionKind kind) => _text.Append("\n[[").Append(kind.Name).Append("]]\n");

    private void Quoted(string key, string value)
    {
        _text.Append(key).Append(" = \"");
        foreach (var symbol in value)
        {
            if (char.IsControl(symbol))
                _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)symbol:x4}");
            else
                _text.Append(symbol is '"' or '\\' ? "\\" : "").Append(symbol);
        }
        _text.Append("\"\n");
    }

    private void Plain(string key, string value) => _text.Append(key).Append(" = ").Append(value).Append('\n');

    private static string Flag(bool flag) => flag ? "true" : "false";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Ranges(IReadOnlyList<int> numbers)
    {
        var text = new TextBuffer();
        KernelText.AppendList(text, numbers);
        return text.ToString();
    }
}
