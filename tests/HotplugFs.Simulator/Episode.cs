using CsCheck;
using HotplugFs.Engine.Notifiers;
using HotplugFs.Engine.Tests.Differential;
using HotplugFs.Fuse.Passthrough;
using HotplugFs.Fuse.Session;
using HotplugFs.Kernels;
using HotplugFs.Machines.Files;
using HotplugFs.Simulator.Checks;
using HotplugFs.Simulator.Clients;
using HotplugFs.Simulator.Kernel;
using HotplugFs.Sysfs;
using HotplugFs.Sysfs.Control;
using HotplugFs.Sysfs.Uevents;

namespace HotplugFs.Simulator;

/// <summary>
/// One machine from boot to unmount: engine, tree and session as in the daemon, a simulated kernel, and clients. Everything follows from the
/// seed.
/// </summary>
internal sealed class Episode
{
    private const int StepsMax = 4000;
    private const string LogPath = "hotplugfs/log";
    private const string UeventsPath = "hotplugfs/uevents";

    private readonly Random _random;
    private readonly StepLog _steps;
    private readonly Twins? _twins;
    /// <summary>Machines of few blocks that every kernel can have.</summary>
    private static readonly string[] Presets = ["default", "i386", "memoryless-node"];

    private readonly Machine _machine;
    private readonly MachineTree _files;
    private readonly SimulatedKernel _kernel;
    private readonly List<UeventMessage> _due = [];
    private readonly List<string> _faults = [];
    private readonly ChainWatcher _watcher = new();
    private readonly FuseSession _session;
    private readonly bool _hasFaults;

    /// <summary>True once a notifier may have refused with EINTR. A reply may be sent after the error was changed.</summary>
    private bool _hasInjectedEintr;

    private long _logEnd;
    private long _ueventCount;
    private long _ueventsSeen;
    private int _writes;
    private int _restores;
    private int _restoresSeen;

    /// <param name="steps">The number of steps; null for a number that follows from the seed.</param>
    /// <param name="trace">Receives each step, or null.</param>
    public Episode(int seed, int? steps, TextWriter? trace)
    {
        _random = new Random(seed);
        var length = _random.Next(StepsMax / 8, StepsMax);
        _steps = new StepLog(steps ?? length, trace);
        _hasFaults = _random.Next(3) != 0;
        var kernel = KernelCatalogue.All[_random.Next(KernelCatalogue.All.Count)];
        if (_random.Next(2) == 0)
        {
            var pcg = new PCG((uint)_random.Next(), (ulong)_random.NextInt64());
            _twins = new Twins(new Era(kernel.Name, _random.Next(2) == 0), Layouts.Random.Generate(pcg, null, out _));
            _machine = _twins.Engine;
        }
        else
        {
            var preset = MachineFile.Load(Presets[_random.Next(Presets.Length)]);
            _machine = new Machine(preset.Definition with { MovableNode = _random.Next(2) == 0, AutoOnline = OnlineType.Offline }, kernel.Rules);
        }
        _machine.Notifiers.Register(_watcher);
        _files = new MachineTree(_machine, kernel.Files, new MachineTreeOptions { DescribeMachine = Describe, Clock = new ManualClock() });
        _files.Uevents.Sent += AddUevent;
        _kernel = new SimulatedKernel(_random, _steps, _hasFaults, _random.Next(4) == 0 ? Errno.EPERM : 0)
        {
            Handled = CheckAfter,
            TakeWakeUps = TakeWakeUps,
            IsWaiting = unique => _session!.IsWaiting(unique),
            LastCaller = () => _machine.Caller.Number,
            // A waiting write can fail while the request that restores a state is being handled.
            MayRefuseWithEintr = () => _hasInjectedEintr || _files.Log.Restored.Count != _restores,
            Quiet = () => _kernel!.Caches.CompareWith(_files.Tree),
        };
        AddClients(kernel);
        _session = new FuseSession(_kernel, _files.Tree, new FuseSessionOptions
        {
            Log = AddFault,
            Clock = new StepClock(_steps),
            PostCommitActions = TakeDue,
            Passthrough = _random.Next(2) == 0 ? PassthroughUse.Constant : PassthroughUse.None,
        });
    }

    public StepLog Steps => _steps;

    /// <summary>Runs the episode.</summary>
    /// <returns>What failed, or null.</returns>
    public Exception? Run()
    {
        using (_kernel)
        {
            _session.Run();
            try
            {
                if (_kernel.Failure is null && !_kernel.WaitingCalls.Any())
                    SavedMachine.Check(_machine);
            }
            catch (SimulationException failure)
            {
                return failure;
            }
            return _kernel.Failure;
        }
    }

    /// <summary>A clock that advances with the steps, so that a seed repeats all times.</summary>
    private sealed class StepClock(StepLog steps) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(steps.Step);
    }

    private void AddClients(HotplugFs.Kernels.Kernel kernel)
    {
        var files = new FileUse(_random, _files.Tree, _kernel, _twins);
        var reading = new ReadingActivities(_random, _files.Tree, _kernel, files, _twins);
        var free = new FreeActivities(_random, _files.Tree, _machine, files);
        var model = _twins is null ? null : new ModelActivities(_random, _kernel, files, _twins, kernel);
        IEnumerable<Call?> Choose() => _random.Next(40) switch
        {
            < 12 => model is null ? free.Write() : model.Write(),
            < 18 => reading.ReadFile(),
            < 24 => reading.Stat(),
            < 28 => reading.ListDirectory(),
            < 31 => reading.ReadLink(),
            < 33 => free.SetAttributes(),
            < 35 => reading.Poll(),
            < 39 => reading.Odd(),
            _ => reading.Evict(),
        };
        // No other client ends every wait.
        if (model is null)
            _kernel.Add(new Client(new WaitingActivities(_random, _kernel, _machine, files).EndWaits));
        for (var count = _random.Next(1, 8); count > 0; count--)
            _kernel.Add(new Client(Choose));
    }

    /// <summary>The text of the file <c>machine</c>; now and then there is no memory for it.</summary>
    private string Describe()
    {
        if (_hasFaults && _random.Next(10) == 0)
        {
            _kernel.ExpectedFaults++;
            throw new InsufficientMemoryException("a simulated lack of memory");
        }
        return MachineFile.Write(RunningMachine.Describe("simulated", _machine));
    }

    private Action? TakeDue()
    {
        var action = _kernel.Defer(!_files.Tree.Changes.IsEmpty, _files.Tree.OpenFiles.HasWakeUps, _due.Count > 0);
        if (action is not null)
            _due.Clear();
        return action;
    }

    private void AddUevent(UeventMessage message)
    {
        if (HasRestored() || _ueventCount < 0)
            _ueventCount = message.Sequence - 1;
        if (message.Sequence != ++_ueventCount)
            throw new SimulationException($"uevent {message.Sequence} follows {_ueventCount - 1}");
        _due.Add(message);
    }

    /// <summary>True if another state was restored since the last call; then writes that waited have failed with EINTR.</summary>
    private bool HasRestored()
    {
        var restores = _files.Log.Restored.Count;
        if (restores == _restores)
            return false;
        _restores = restores;
        _hasInjectedEintr = true;
        _watcher.Forget();
        return true;
    }

    private void AddFault(string what)
    {
        lock (_faults)
            _faults.Add(what);
    }

    private IEnumerable<ulong> TakeWakeUps()
    {
        var end = _files.Log.End;
        if (end != _logEnd)
            foreach (var waiter in _kernel.OpenFiles.TakeWaiters(LogPath))
                yield return waiter;
        _logEnd = end;
        if (_ueventsSeen != _ueventCount || _restoresSeen != _files.Log.Restored.Count)
            foreach (var waiter in _kernel.OpenFiles.TakeWaiters(UeventsPath))
                yield return waiter;
        (_ueventsSeen, _restoresSeen) = (_ueventCount, _files.Log.Restored.Count);
    }

    private bool InjectsEintr(MemoryAction action) => _machine.ErrorInjection[action] == -(int)Errno.EINTR;

    /// <summary>Checks what holds after every request.</summary>
    private void CheckAfter(Call call)
    {
        if (HasRestored())
            (_ueventCount, _ueventsSeen) = (-1, -1);
        _hasInjectedEintr |= InjectsEintr(MemoryAction.GoingOnline) || InjectsEintr(MemoryAction.GoingOffline);
        var unexpected = _session.HandlerFaults - _kernel.ExpectedFaults;
        if (unexpected < 0 || unexpected > _kernel.FaultsUnderWay)
            throw new SimulationException($"{call}: {_session.HandlerFaults} faults instead of {_kernel.ExpectedFaults}: {_faults[^1]}");
        if (_files.Log.End - _files.Log.Start > LineLog.CapacityBytes)
            throw new SimulationException($"the log has {_files.Log.End - _files.Log.Start} bytes");
        var waits = _kernel.WaitingCalls.Any(waiting => waiting.Opcode == Opcode.Write);
        if (waits && _twins is not null)
            throw new SimulationException($"after {call} a write waits, which no model does");
        if (!waits && !_watcher.IsIdle)
            throw new SimulationException($"{call} left a hotplug operation open");
        if (call.Opcode is not (Opcode.Write or Opcode.Interrupt))
            return;
        if (call.Opcode == Opcode.Write)
            _twins?.CompareAfter(call);
        if (_twins is null)
            Invariants.Check(_machine, mayGoOffline: waits);
        if (++_writes % 32 == 0 && !waits)
            SavedMachine.Check(_machine);
    }
}
