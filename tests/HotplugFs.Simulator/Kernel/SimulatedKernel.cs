using System.Runtime.InteropServices;
using HotplugFs.Fuse.Device;
using HotplugFs.Simulator.Clients;

namespace HotplugFs.Simulator.Kernel;

/// <summary>
/// The kernel's FUSE driver without a kernel. When the session reads, it decides by chance what happens next: a client continues, the
/// notifier thread may send one message, or reading fails. It checks each message as the kernel would, and that each request is answered
/// exactly once.
/// </summary>
/// <remarks>All members run on the session's thread, except <see cref="Write"/> when the notifier thread sends.</remarks>
internal sealed class SimulatedKernel : IFuseChannel, IBackingFiles
{
    private readonly Random _random;
    private readonly StepLog _steps;
    private readonly bool _hasFaults;
    private readonly BackingFiles _backingFiles;
    private readonly NotifierGate _gate = new();
    private readonly Thread _thread = Thread.CurrentThread;
    private readonly Dictionary<ulong, Call> _calls = [];
    private readonly Queue<DeferredWork> _deferred = [];
    private readonly List<Client> _clients = [];
    private readonly List<DeferredWork> _works = [];
    private Call? _current;
    private int _handledBefore;
    private ulong _lastUnique;
    private bool _isClosing;

    /// <param name="hasFaults">False for a kernel in which nothing fails.</param>
    /// <param name="backingError">The error of registering a file for passthrough; 0 if the kernel allows it.</param>
    public SimulatedKernel(Random random, StepLog steps, bool hasFaults, Errno backingError)
    {
        (_random, _steps, _hasFaults) = (random, steps, hasFaults);
        _backingFiles = new BackingFiles(random, backingError);
    }

    public KernelCaches Caches { get; } = new();

    /// <summary>The files that clients have open, by handle.</summary>
    public OpenFiles OpenFiles { get; } = new();

    /// <summary>The texts of the files that the kernel reads by itself.</summary>
    public IReadOnlyDictionary<int, byte[]> BackingTexts => _backingFiles.Texts;

    /// <summary>What failed first, or null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The number of faults that the session must have counted by now.</summary>
    public int ExpectedFaults { get; set; }

    /// <summary>The number of faults that the session's notifier thread may have counted already.</summary>
    public int FaultsUnderWay => _deferred.Count(work => work.ActionThrows || work.Call is { IsRejected: true });

    /// <summary>True if no notification is under way, so that the caches must agree with the tree.</summary>
    public bool IsQuiescent => _deferred.Count == 0;

    /// <summary>Called when the session has handled a request.</summary>
    public required Action<Call> Handled { get; init; }

    /// <summary>True if the session keeps a request without an answer, by its number.</summary>
    public required Func<ulong, bool> IsWaiting { get; init; }

    /// <summary>The number of the write whose store was called last.</summary>
    public required Func<ulong> LastCaller { get; init; }

    /// <summary>Returns the pollers that the request that was just handled must wake.</summary>
    public required Func<IEnumerable<ulong>> TakeWakeUps { get; init; }

    /// <summary>True if a notifier may refuse with EINTR.</summary>
    public required Func<bool> MayRefuseWithEintr { get; init; }

    /// <summary>Called when no work is deferred any more.</summary>
    public required Action Quiet { get; init; }

    public void Add(Client client) => _clients.Add(client);

    /// <summary>Lets the episode end before the next step.</summary>
    public void End() => _isClosing = true;

    /// <summary>The requests that the session keeps without an answer.</summary>
    public IEnumerable<Call> WaitingCalls => _calls.Values.Where(call => IsWaiting(call.Unique));

    /// <summary>The numbers of the requests that wait for the notifier thread.</summary>
    public ulong[] WaitingRequests() => [.. _deferred.Where(work => work.Call is not null).Select(work => work.Call!.Unique)];

    /// <summary>The session's thread has handled a request and hands work to the notifier thread.</summary>
    /// <returns>The action to run after the notifications, or null.</returns>
    public Action? Defer(bool hasChanges, bool hasWakeUps, bool hasAction)
    {
        // The requests that wait are handled again before and after the current one.
        var call = _handledBefore-- == 0 ? _current : _calls.GetValueOrDefault(LastCaller());
        // Only writes change something, and only their replies wait for an action.
        hasAction = hasAction || (call == _current && call is { Opcode: Opcode.Write } && _hasFaults && _random.Next(20) == 0);
        var wakeUps = TakeWakeUps().ToArray();
        if (!hasWakeUps && wakeUps.Length > 0)
            throw new SimulationException($"{call} wakes no poller, but {wakeUps.Length} wait");
        if (hasChanges || hasWakeUps || hasAction)
        {
            // Of several works for a request that waits, the last one is that of its answer.
            foreach (var earlier in _works.Where(work => work.Call == call))
                earlier.Call = null;
            _works.Add(new DeferredWork
            {
                HasChanges = hasChanges,
                HasAction = hasAction,
                ActionThrows = hasAction && _hasFaults && _random.Next(20) == 0,
                Call = call,
            });
            _works[^1].WakeUps.AddRange(wakeUps);
        }
        return hasAction ? _gate.Act : null;
    }

    public bool WaitForRequest(TimeSpan time) => true;

    public Result<int> Read(Span<byte> buffer)
    {
        try
        {
            FinishRequest();
            while (Failure is null && _steps.Next() && !_isClosing)
            {
                if (_lastUnique == 0)
                    return Send(new Call(Opcode.Init, 0, Bodies.Init()), buffer);
                if (_hasFaults && _random.Next(100) == 0)
                    return Fault();
                if (!IsQuiescent && _random.Next(3) == 0)
                    Continue();
                else if (NextCall() is { } call)
                    return Send(call, buffer);
            }
            if (Failure is null && _random.Next(4) != 0)
                Drain();
        }
        catch (Exception exception)
        {
            Failure ??= exception;
        }
        _gate.Close();
        return Errno.ENODEV;
    }

    private Errno Fault()
    {
        var error = _random.Next(3) switch { 0 => Errno.EINTR, 1 => Errno.ENOENT, _ => Errno.EAGAIN };
        _steps.Add($"reading fails with {error.Name()}");
        return error;
    }

    /// <summary>Lets a client that does not wait continue; null if it has nothing to send.</summary>
    private Call? NextCall()
    {
        var runnable = _clients.Where(client => client.IsRunnable).ToArray();
        if (runnable.Length == 0)
        {
            if (IsQuiescent)
                throw new SimulationException("all clients wait, but no reply is under way");
            Continue();
            return null;
        }
        return runnable[_random.Next(runnable.Length)].Continue();
    }

    private Result<int> Send(Call call, Span<byte> buffer)
    {
        // The kernel numbers requests by twos.
        call.Send(_lastUnique += 2);
        if (_isClosing)
            return Read(buffer);
        _steps.Add(call.ToString());
        (_current, _handledBefore) = (call, WaitingCalls.Count());
        if (call.Opcode == Opcode.Interrupt && _calls.TryGetValue(MemoryMarshal.Read<ulong>(call.Body), out var interrupted))
            interrupted.IsInterrupted = true;
        if (call.ExpectsReply)
            _calls.Add(call.Unique, call);
        else
            call.SkipReply();
        var size = Request.HeaderSize + call.Body.Length;
        MemoryMarshal.Write(buffer, new InHeader { Length = (uint)size, Opcode = call.Opcode, Unique = call.Unique, NodeId = call.Node, Pid = 1 });
        call.Body.CopyTo(buffer[Request.HeaderSize..]);
        return size;
    }

    /// <summary>Checks what the session did with the last request.</summary>
    private void FinishRequest()
    {
        if (_current is not { } call)
            return;
        _current = null;
        foreach (var work in _works)
        {
            var waits = work.Call is { } kept && IsWaiting(kept.Unique);
            if (work is { HasChanges: true, Call.IsAnswered: true } && !waits)
                throw new SimulationException($"{work.Call} was answered before the names that it changed were invalidated");
            work.Call = waits || work.Call is { IsAnswered: true } ? null : work.Call;
            if (!work.IsDone)
                _deferred.Enqueue(work);
        }
        _works.Clear();
        if (_calls.Values.FirstOrDefault(other => !IsWaiting(other.Unique) && _deferred.All(work => work.Call != other)) is { } lost)
            throw new SimulationException($"{lost} was not answered");
        Handled(call);
    }

    /// <summary>Lets the notifier thread send one message or run one action.</summary>
    private void Continue()
    {
        var message = _gate.WaitForArrival();
        var work = _deferred.Peek();
        if (message is null)
        {
            if (!work.HasAction)
                throw new SimulationException("the notifier thread runs an action that no request has");
            work.HasAction = false;
            // Without a reply afterwards, the session may count the failure at any time.
            work.ActionThrows &= work.Call is { } call && !IsWaiting(call.Unique);
            _steps.Add(work.ActionThrows ? "the action fails" : "the action runs");
            _gate.Grant(work.ActionThrows);
        }
        else
        {
            _gate.Grant(Receive(message, work));
        }
        if (!work.IsDone)
            return;
        _deferred.Dequeue();
        if (IsQuiescent)
            Quiet();
    }

    private void Drain()
    {
        while (!IsQuiescent)
            Continue();
    }

    public Result Write(ReadOnlySpan<byte> message)
    {
        if (Thread.CurrentThread != _thread)
            return _gate.Send(message);
        try
        {
            return Receive(message, null);
        }
        catch (Exception exception)
        {
            Failure ??= exception;
            return Result.Ok;
        }
    }

    /// <param name="work">What the notifier thread works on; null for a message of the session's thread.</param>
    private Result Receive(ReadOnlySpan<byte> message, DeferredWork? work)
    {
        if (message.Length < Message.HeaderSize)
            throw new SimulationException($"a message has {message.Length} bytes");
        var header = MemoryMarshal.Read<OutHeader>(message);
        if (header.Length != message.Length)
            throw new SimulationException($"a message has {message.Length} bytes, its header states {header.Length}");
        var payload = message[Message.HeaderSize..];
        if (header.Unique == 0)
            return ReceiveNotification((NotifyCode)header.Error, payload, work);
        if (header.Error is > 0 or < -(int)ProtocolConstants.ErrnoMax || (header.Error != 0 && payload.Length != 0))
            throw new SimulationException($"a reply has error {header.Error} and {payload.Length} bytes");
        if (!_calls.TryGetValue(header.Unique, out var call))
            throw new SimulationException($"no request waits for the reply #{header.Unique}");
        if (header.Error == -(int)Errno.EINTR && !call.IsInterrupted && !MayRefuseWithEintr())
            throw new SimulationException($"{call} was interrupted without a signal");
        if (work is not null && work.Call != call)
            throw new SimulationException($"the notifier thread answers {call} out of order");
        if (work is { HasAction: true } or { WakeUps.Count: > 0 })
            throw new SimulationException($"{call} is answered before its action or its {work.WakeUps.Count} wake-ups");
        // The session counts the failure of an action before it sends the reply.
        ExpectedFaults += work is { ActionThrows: true } && !call.IsRejected ? 1 : 0;
        return ReceiveReply(call, (Errno)(-header.Error), payload);
    }

    private Result ReceiveReply(Call call, Errno error, ReadOnlySpan<byte> payload)
    {
        if (call.IsRejected)
        {
            if (error != Errno.EIO)
                throw new SimulationException($"{call}: {error.Name()} follows a rejected reply");
            ExpectedFaults++;
        }
        else if (_hasFaults && call.Opcode != Opcode.Init && _random.Next(400) == 0)
        {
            call.IsRejected = true;
            _steps.Add($"the kernel rejects the reply to {call}");
            return Errno.EINVAL;
        }
        _calls.Remove(call.Unique);
        // If the reply is not delivered, the kernel does not know what was changed.
        if (call.Opcode == Opcode.SetAttr)
            Caches.InvalidateInode(call.Node);
        if (!call.IsRejected && _hasFaults && call.Opcode != Opcode.Init && _random.Next(100) == 0)
        {
            _steps.Add($"the caller of {call} was killed");
            call.Lose();
            return Errno.ENOENT;
        }
        _steps.Add($"{call}: {(error == 0 ? $"{payload.Length} bytes" : error.Name())}");
        if (error == 0)
        {
            Caches.Learn(call, payload);
            if (call.Opcode is Opcode.Read or Opcode.ReadDir or Opcode.ReadDirPlus && payload.Length > MemoryMarshal.Read<ReadIn>(call.Body).Size)
                throw new SimulationException($"{call} returned {payload.Length} bytes, more than requested");
        }
        call.Answer(error, payload);
        return Result.Ok;
    }

    /// <summary>
    /// Only the notifier thread may notify of names, pages and wake-ups, which the kernel delays until requests are answered.
    /// </summary>
    private Result ReceiveNotification(NotifyCode code, ReadOnlySpan<byte> payload, DeferredWork? work)
    {
        var concernsAttributes = code == NotifyCode.InvalidateInode && MemoryMarshal.Read<NotifyInvalidateInode>(payload).Offset < 0;
        if (work is null && !concernsAttributes)
            throw new SimulationException("the session's thread notifies");
        switch (code)
        {
            case NotifyCode.InvalidateEntry:
                var entry = MemoryMarshal.Read<NotifyInvalidateEntry>(payload);
                var name = payload[Marshal.SizeOf<NotifyInvalidateEntry>()..];
                if (name.Length != entry.NameLength + 1 || name[^1] != 0)
                    throw new SimulationException($"a name of {entry.NameLength} bytes has {name.Length}");
                _steps.Add($"invalidate {Encoding.UTF8.GetString(name[..^1])}");
                return Caches.InvalidateEntry(entry.Parent, Encoding.UTF8.GetString(name[..^1]));
            case NotifyCode.InvalidateInode:
                var inode = MemoryMarshal.Read<NotifyInvalidateInode>(payload);
                _steps.Add($"invalidate node {new NodeId(inode.NodeId)}");
                return Caches.InvalidateInode(inode.NodeId);
            case NotifyCode.Poll:
                var waiter = MemoryMarshal.Read<NotifyPollWakeUp>(payload).KernelHandle;
                if (!work!.WakeUps.Remove(waiter))
                    throw new SimulationException($"poller {waiter} does not wait");
                _steps.Add($"wake {waiter}");
                OpenFiles.Woken(waiter);
                return Result.Ok;
            default:
                throw new SimulationException($"notification {code} is unknown");
        }
    }

    Result<int> IBackingFiles.Open(ReadOnlySpan<byte> text) => _backingFiles.Open(text);

    void IBackingFiles.Close(int backingId) => _backingFiles.Close(backingId);

    public void Dispose() => _gate.Dispose();
}
