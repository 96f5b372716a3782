using HotplugFs.Engine.Pages;

namespace HotplugFs.Machines.Files;

/// <summary>Describes the present state of a machine, so that another machine can boot in it.</summary>
/// <remarks>
/// A machine file does not hold remembered requests, injected errors, the order in which DIMMs were plugged and blocks came online, and
/// which pages of a block are in use: it holds how many.
/// </remarks>
public static class RunningMachine
{
    /// <summary>Returns the definition that boots the machine in its present state.</summary>
    public static NamedMachine Describe(string name, Machine machine)
    {
        var plain = new MachineDefinition
        {
            Architecture = machine.Architecture,
            PageSizeBytes = machine.PageSizeBytes,
            PhysDeviceBytes = machine.PhysDeviceBytes,
            MaxBytes = machine.LogicalBlocks?.End * machine.BlockSizeBytes,
            OffersBlocksOnce = machine.LogicalBlocks?.AreOfferedOnce ?? false,
            SpentBlocks = [.. machine.LogicalBlocks?.SpentBlocks ?? []],
            BlockSizeBytes = machine.BlockSizeBytes,
            MovableNode = machine.MovableNode,
            Config = machine.Config,
            Dmi = machine.Dmi,
            FirmwareMap = machine.FirmwareMap,
            Standby = [.. machine.Standby],
            AutoOnline = machine.Devices.AutoOnline,
            OnlinePolicy = machine.OnlinePolicy,
            MigrationRate = machine.MigrationRate,
            Nodes = [.. machine.PossibleNodes.Select((node, index) => Node(machine, node, index))],
            Cpu = machine.Cpus.Definition with
            {
                Offline = [.. machine.Cpus.Present.Members().Where(cpu => !machine.Cpus.Online.Contains(cpu))],
                Smt = machine.Cpus.Smt,
            },
            Memory = [.. Memory(machine)],
            Dimms = [.. LogicalDimms(machine)],
            VirtioMem = [.. machine.VirtioMem.Select(device => Device(machine, device))],
            Pci = [.. machine.Pci.All.Select((device, index) => device with { Node = machine.Pci.NodeOf(index) is >= 0 and var node ? node : null })],
            Dax = [.. machine.Dax.Regions.Select(region => Region(region, machine.Rules.HasDaxState))],
            Loads = [.. machine.Loads.Select(Load)],
            Faults = [.. machine.Faults.Select(fault => fault.Rest).Where(fault => fault.Times != 0)],
        };
        // A machine booted with the blocks alone shows which zones follow from them; only the others are written.
        var booted = new Machine(
            plain with
            {
                Nodes = [.. plain.Nodes.Select(node => node with { FreeHugePages = [], PageDescriptors = [] })],
                Memory = [.. plain.Memory.Select(range => range with { Dimm = null, VirtioMem = null, Dax = null, PluggedBytes = null })],
                Dimms = [],
                VirtioMem = [],
                Dax = [],
                Loads = [],
                Faults = [],
            },
            machine.Rules);
        bool NeedsFigures(NumaNode node) => !FollowsFromBlocks(node, booted.FindNode(node.Number)!, plain);
        return new NamedMachine(name, plain with
        {
            Nodes = [.. plain.Nodes.Select(node => WithSpan(node, machine, booted))],
            Zones = [.. machine.PossibleNodes.Where(NeedsFigures).SelectMany(Figures)],
        }, machine.Rules.Name);
    }

    /// <summary>Returns the DIMMs of which only some blocks may be present.</summary>
    private static IEnumerable<DimmDefinition> LogicalDimms(Machine machine) => machine.LogicalBlocks is null ? [] : machine.Dimms.Select(
        dimm => new DimmDefinition(dimm.Id, dimm.Node.Number, dimm.Count * machine.BlockSizeBytes, dimm.First.Number * machine.BlockSizeBytes)
        {
            IsAssigned = false,
        });

    private static VirtioMemDefinition Device(Machine machine, VirtioMemDevice device) =>
        new(device.Id, device.Node.Number, device.MaxBytes, device.First.Number * machine.BlockSizeBytes)
        {
            SizeBytes = device.RequestedBytes,
            IsRetrying = device.Blocks.Count == 0 && device.RequestedBytes > 0,
        };

    private static DaxDefinition Region(DaxRegion region, bool hasState) => new(region.Node.Number, region.Memory.Size, region.Memory.Start)
    {
        NearestNode = region.NearestNode.Number,
        Devices =
        [
            .. region.Devices.Select(device => new DaxDeviceDefinition(device.Number, device.Driver, device.Align, [.. device.Ranges])
            {
                HoldsItsMemmap = device.HoldsItsMemmap,
                MemoryState = hasState && device.Driver == DaxDriver.Kmem ? device.MemoryState : null,
            }),
        ],
    };

    private static LoadDefinition Load(Load load) => new(load.Id, load.Kind, load.SizeBytes, load.Placement.Node.Number, load.Placement.Policy)
    {
        Places = [.. load.Places],
        HugePageKiB = load.Kind.IsHuge() ? load.Placement.HugePageKiB : 0,
    };

    private static NodeDefinition Node(Machine machine, NumaNode node, int index)
    {
        var isDefault = node.Distances.Select((distance, other) => distance == (other == index ? 10 : 20)).All(same => same);
        return new NodeDefinition(node.Number, node.Cpus)
        {
            Distances = isDefault ? [] : node.Distances,
            Hardware = node.Hardware,
            IsOnline = node.Blocks.Count > 0 || node.Cpus.Count > 0 || node.Online == machine.Architecture.BootsAllNodes ? null : node.Online,
            HasNormalMemory = machine.Rules.FreezesNormalMemory ? machine.NodeStates.NormalMemory.Contains(node.Number) : null,
            FreeHugePages = [.. machine.AllHugePages.SelectMany(pools => pools.FreePlaces(node))],
            PageDescriptors = [.. machine.PageDescriptors.Places(node)],
        };
    }

    private static NodeDefinition WithSpan(NodeDefinition node, Machine machine, Machine booted)
    {
        var span = machine.FindNode(node.Number)!.Span;
        return span == booted.FindNode(node.Number)!.Span ? node : node with { Span = span };
    }

    /// <summary>Returns the blocks; consecutive blocks that differ only in their number form one range.</summary>
    private static IEnumerable<MemoryRange> Memory(Machine machine)
    {
        MemoryRange? run = null;
        foreach (var number in machine.Blocks.Members())
        {
            var next = Range(machine, machine[new BlockId(number)]);
            if (run is not null && number == run.First.Number + run.Count && run == next with { First = run.First, Count = run.Count })
            {
                run = run with { Count = run.Count + 1 };
                continue;
            }
            if (run is not null)
                yield return run;
            run = next;
        }
        if (run is not null)
            yield return run;
    }

    private static MemoryRange Range(Machine machine, in MemoryBlock block) => new(
        block.Id, 1, block.Node.Number, machine.OtherNodesOf(block.Id).Count > 0 ? block.Zones.Lowest : block.Zones)
    {
        // A block that is going offline is still in use.
        State = block.State == MemoryBlockState.Offline ? MemoryBlockState.Offline : MemoryBlockState.Online,
        KernelPages = block.HasKernelPages,
        HotAdded = block is { IsBoot: false, VirtioMemIndex: < 0, DaxIndex: < 0 } && machine.Dimms.At(block.DimmIndex) is null,
        HolePages = block.HolePages,
        EndsInHole = block.EndsInHole,
        OnlineWithoutDevice = block is { State: MemoryBlockState.Online, DeviceOnline: false },
        RetiredPages = machine.Poison.PagesIn(block.Id),
        OtherNodes = machine.OtherNodesOf(block.Id),
        Dimm = machine.Dimms.At(block.DimmIndex)?.Id,
        VirtioMem = DeviceOf(machine, block)?.Id,
        Dax = machine.DaxDeviceOf(block),
        PluggedBytes = DeviceOf(machine, block)?.PluggedBytesOf(block.Id) is { } plugged && plugged < machine.BlockSizeBytes ? plugged : null,
    };

    private static VirtioMemDevice? DeviceOf(Machine machine, in MemoryBlock block)
    {
        var index = block.VirtioMemIndex;
        return index < 0 ? null : machine.VirtioMem.Single(device => device.Index == index);
    }

    private static bool FollowsFromBlocks(NumaNode node, NumaNode booted, MachineDefinition definition)
    {
        foreach (var zone in node.Zones)
        {
            var other = booted.Zone(zone.Type);
            if (zone.Span != other.Span || zone.PresentPages != other.PresentPages || zone.ManagedPages != other.ManagedPages
                || zone.PresentBootPages != other.PresentBootPages || zone.Initialized != other.Initialized)
                return false;
        }
        return IsAsAtBoot(definition, node.Number);
    }

    /// <summary>
    /// True if the blocks alone describe the node. A file with a moved block needs [[zone]] even if all spans are as at boot.
    /// </summary>
    private static bool IsAsAtBoot(MachineDefinition definition, int node)
    {
        var last = ZoneType.Dma;
        foreach (var range in definition.Memory.Where(range => range.Node == node && range.IsBoot))
        {
            if (!range.Zones.IsSingle || range.Zones.Lowest < last
                || MemoryMap.ZoneProblem(definition.Architecture, definition.BlockSizeBytes, range) is not null)
                return false;
            last = range.Zones.Lowest;
        }
        return true;
    }

    private static IEnumerable<ZoneFigures> Figures(NumaNode node) =>
        from zone in node.Zones
        where zone.Initialized || !zone.Span.IsEmpty || zone.PresentPages > 0
        select new ZoneFigures(node.Number, zone.Type, zone.Span, zone.PresentPages, zone.ManagedPages, zone.Initialized)
        {
            PresentBootPages = zone.PresentBootPages,
        };
}
