using HotplugFs.Engine.Processors;

namespace HotplugFs.Engine;

/// <summary>The devices of the machine's CPUs (drivers/base/cpu.c), which can be taken offline.</summary>
public sealed class CpuDevices
{
    private readonly MachineDefinition _definition;
    private readonly PhysicalMemory _memory;
    private readonly HotplugLock _lock;
    private readonly MachineEvents _events;

    /// <exception cref="ArgumentException">A CPU that is offline is on no node, or all are offline.</exception>
    internal CpuDevices(MachineDefinition definition, PhysicalMemory memory, HotplugLock @lock, MachineEvents events)
    {
        (_definition, _memory, _lock, _events) = (definition, memory, @lock, events);
        foreach (var node in definition.Nodes)
            foreach (var cpu in node.Cpus)
            {
                Possible.Add(cpu);
                Present.Add(cpu);
                Online.Add(cpu);
            }
        foreach (var cpu in definition.Cpu.Possible)
            Possible.Add(cpu);
        foreach (var cpu in definition.Cpu.Offline)
        {
            if (!Online.Remove(cpu))
                throw new ArgumentException($"CPU {cpu} is offline and on no node");
            if (OnlineOn(NodeOf(cpu)) == 0)
                memory.NodeStates.Cpu.Remove(NodeOf(cpu).Number);
        }
        Smt = definition.Cpu.Smt;
        foreach (var cpu in Smt == SmtControl.On ? [] : Present.Members().Where(IsSibling).ToArray())
            if (Online.Remove(cpu) && OnlineOn(NodeOf(cpu)) == 0)
                memory.NodeStates.Cpu.Remove(NodeOf(cpu).Number);
        if (Online.Count == 0 && Present.Count > 0)
            throw new ArgumentException("all CPUs are offline");
        Limit = Possible.Previous(int.MaxValue >> 1) + 1;
    }

    /// <summary>The CPUs that the machine can have.</summary>
    public BlockSet Possible { get; } = new();

    /// <summary>The CPUs that have a directory.</summary>
    public BlockSet Present { get; } = new();

    /// <summary>The CPUs that run programs.</summary>
    public BlockSet Online { get; } = new();

    /// <summary>One more than the highest number of a CPU that the machine can have (nr_cpu_ids); 0 for a machine without CPUs.</summary>
    public int Limit { get; }

    /// <summary>Whether the CPUs beside the first of each core may be online (<c>smt/control</c>).</summary>
    public SmtControl Smt { get; private set; }

    /// <summary>True if a core has several CPUs.</summary>
    public bool HasThreads => Cores.Any(core => core.Cpus.Count > 1);

    /// <summary>True if a core has several CPUs that are online.</summary>
    public bool IsSmtActive => Cores.Any(core => core.Cpus.Count(Online.Contains) > 1);

    /// <summary>How the CPUs are arranged, and what they are.</summary>
    public CpuDefinition Definition => _definition.Cpu;

    /// <summary>Where the CPUs are. It is made when it is needed.</summary>
    public CpuTopology Topology => field ??= new CpuTopology(Definition, _definition.Nodes);

    /// <summary>The caches of each CPU.</summary>
    public IReadOnlyList<CpuCache> Caches => Definition.Caches ?? CpuDefinition.UsualCaches;

    /// <summary>The node of a CPU that is present.</summary>
    public NumaNode NodeOf(int cpu)
    {
        foreach (var node in _memory.PossibleNodes)
            for (var i = 0; i < node.Cpus.Count; i++)
                if (node.Cpus[i] == cpu)
                    return node;
        throw new ArgumentException($"CPU {cpu} is on no node");
    }

    /// <summary>Number of CPUs of a node that are online.</summary>
    public int OnlineOn(NumaNode node) => node.Cpus.Count(Online.Contains);

    /// <summary>Takes a CPU online or offline. If it is in that state already, nothing happens.</summary>
    /// <param name="cpu">A CPU that is present.</param>
    /// <returns>Success; EBUSY for the last CPU; EPERM for one that <see cref="Smt"/> keeps offline; EINTR or EWAITING as for blocks.</returns>
    public Result SetOnline(int cpu, bool online)
    {
        if (_lock.Enter(out var operation).Failed(out var error))
            return error;
        using var held = operation;
        if (online && !Online.Contains(cpu) && Smt != SmtControl.On && IsSibling(cpu))
            return Refuse($"cpu{cpu}: online", Errno.EPERM, "smt/control is off, and another CPU of its core is the first");
        return Switch(cpu, online);
    }

    private Result Switch(int cpu, bool online)
    {
        if (Online.Contains(cpu) == online)
            return Result.Ok;
        var node = NodeOf(cpu);
        if (!online && Online.Count == 1)
            return Refuse($"cpu{cpu}: offline", Errno.EBUSY, "it is the last CPU that is online");
        _ = online ? Online.Add(cpu) : Online.Remove(cpu);
        if (online)
            _memory.NodeStates.Cpu.Add(node.Number);
        else if (OnlineOn(node) == 0)
            _memory.NodeStates.Cpu.Remove(node.Number);
        _events.Raise(online ? new CpuOnline(cpu) : new CpuOffline(cpu));
        return Result.Ok;
    }

    /// <summary>
    /// Takes the CPUs beside the first of each core offline, or all CPUs online (<c>cpuhp_smt_disable</c>, <c>cpuhp_smt_enable</c>).
    /// </summary>
    /// <returns>
    /// Success; ENODEV if no core has several CPUs; EPERM if it is off until the machine boots; EBUSY for the last CPU; EINTR or EWAITING as
    /// for blocks.
    /// </returns>
    public Result SetSmt(SmtControl control)
    {
        // Once for all CPUs, because a wait between two of them would leave the first ones changed.
        if (_lock.Enter(out var operation).Failed(out var error))
            return error;
        using var held = operation;
        if (Smt == SmtControl.ForceOff)
            return Refuse("smt/control", Errno.EPERM, "it is forceoff until the machine boots again");
        if (!HasThreads)
            return Refuse("smt/control", Errno.ENODEV, "no core of the machine has several CPUs");
        if (control == Smt)
            return Result.Ok;
        var isOn = control == SmtControl.On;
        foreach (var cpu in Present.Members().ToArray())
            if ((isOn || IsSibling(cpu)) && Switch(cpu, isOn).Failed(out error))
                return error;
        Smt = control;
        return Result.Ok;
    }

    /// <summary>Passes which CPUs are online through a stream.</summary>
    internal void Transfer(StateStream state)
    {
        Online.Transfer(state);
        Smt = (SmtControl)state.Number((int)Smt);
    }

    private IEnumerable<CpuGroup> Cores => Topology.Packages.SelectMany(package => package.Parts).SelectMany(die => die.Parts);

    private bool IsSibling(int cpu) => Topology[cpu].Core.Cpus[0] != cpu;

    private Errno Refuse(string subject, Errno error, string reason)
    {
        _events.Log.AddRefusal(RefusalRule.NotSupported, subject, reason);
        return error;
    }
}
