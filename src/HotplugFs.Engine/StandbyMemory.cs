using HotplugFs.Engine.Faults;

namespace HotplugFs.Engine;

/// <summary>
/// The memory of a machine whose hypervisor holds some in reserve, block by block: what is configured is a block, and standby memory is none
/// (drivers/s390/char/sclp_mem.c). Source: docs/kernels.md, "Memory of s390x".
/// </summary>
public sealed class StandbyMemory
{
    private readonly PhysicalMemory _memory;
    private readonly MemoryHotplug _hotplug;
    private readonly MemorySubsystem _devices;
    private readonly FaultInjection _faults;
    private readonly HotplugLock _lock;
    private readonly MachineEvents _events;

    /// <summary>The blocks that hold their own memory map when they are configured.</summary>
    private readonly BlockSet _holdMemmap = new();

    internal StandbyMemory(
        PhysicalMemory memory, MemoryHotplug hotplug, MemorySubsystem devices, FaultInjection faults, HotplugLock hotplugLock, MachineEvents events,
        IReadOnlyList<int> standby)
    {
        (_memory, _hotplug, _devices, _faults, _lock, _events) = (memory, hotplug, devices, faults, hotplugLock, events);
        for (var number = memory.Blocks.Next(0); number >= 0; number = memory.Blocks.Next(number + 1))
            Blocks.Add(number);
        foreach (var number in standby)
        {
            Blocks.Add(number);
            _holdMemmap.Add(number);
        }
    }

    /// <summary>The numbers of all blocks that the machine can have.</summary>
    public BlockSet Blocks { get; } = new();

    /// <summary>The blocks that are not boot memory, ascending.</summary>
    public IEnumerable<int> Standby => Blocks.Members().Where(number =>
        !_memory.TryGetBlock(new BlockId(number), out var block) || !block.IsBoot);

    /// <summary>True if a block is set to hold its own memory map.</summary>
    public bool HoldsMemmap(int number) => _holdMemmap.Contains(number);

    /// <summary>Adds a block, which is then offline or what <c>auto_online_blocks</c> wants, or removes it.</summary>
    /// <returns>Success, also if it is in that state; EBUSY if the block to remove is not offline; ENOMEM; EWAITING.</returns>
    public Result Configure(int number, bool isConfigured)
    {
        if (_lock.Enter(out var operation).Failed(out var waits))
            return waits;
        using var held = operation;
        var (id, isPresent) = (new BlockId(number), _memory.Blocks.Contains(number));
        if (isPresent == isConfigured)
            return Result.Ok;
        var node = isPresent ? _memory[id].Node : _memory.FindNode(_memory.NodeStates.Online.Next(0))!;
        var subject = new FaultSubject(number, number, node.Number, Dimm: null);
        var point = isConfigured ? FaultPoint.Plug : FaultPoint.Unplug;
        if (_faults.Pass(point, subject, waits: true, out var refusal).Failed(out var error))
            return error == Errno.EWAITING ? error : Refuse(number, error, refusal!.Rule, refusal.Reason);
        if (!isConfigured && _memory[id].State != MemoryBlockState.Offline)
            return Refuse(number, Errno.EBUSY, RefusalRule.BlockStaysOnline, "the block is not offline");
        if (!isConfigured)
            _hotplug.RemoveMemory(node, id, 1, device: null);
        else if (_hotplug.AddMemory(node, id, 1, device: null).Failed(out error))
            return Refuse(number, error, RefusalRule.NotEnoughMemory, "there is no memory for the descriptors of its pages");
        else
            _devices.AutoOnlineBlocks(id, 1);
        return Result.Ok;
    }

    /// <summary>Sets whether a block holds its own memory map.</summary>
    /// <returns>Success; EBUSY if the block is configured.</returns>
    public Result SetHoldsMemmap(int number, bool holdsMemmap)
    {
        if (_memory.Blocks.Contains(number))
            return Refuse(number, Errno.EBUSY, RefusalRule.Taken, "memmap_on_memory can change while the block is not configured");
        if (holdsMemmap)
            _holdMemmap.Add(number);
        else
            _holdMemmap.Remove(number);
        return Result.Ok;
    }

    /// <summary>Passes the settings of blocks through a stream.</summary>
    internal void Transfer(StateStream state) => _holdMemmap.Transfer(state);

    private Errno Refuse(int number, Errno error, RefusalRule rule, string reason)
    {
        _events.Log.AddRefusal(rule, $"firmware memory{number}", reason);
        return error;
    }
}
