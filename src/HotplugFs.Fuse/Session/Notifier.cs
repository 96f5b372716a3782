using System.Runtime.InteropServices;
using HotplugFs.Abi;
using HotplugFs.Fuse.Bridge;
using HotplugFs.Fuse.Protocol;
using HotplugFs.Kernfs;

namespace HotplugFs.Fuse.Session;

/// <summary>
/// The thread that tells the kernel what changed. The kernel may hold such a message up until requests of other callers are
/// answered, so this thread answers none, and the one that does never waits for it. A request's reply goes out when all that it
/// changed has been told: only in this order nobody ever sees an old entry after a write that has returned.
/// </summary>
internal sealed class Notifier
{
    private const int LongestName = 1024;

    private readonly IFuseChannel _channel;
    private readonly Func<NodeId, ulong> _outward;
    private readonly Action<string> _fault;
    private readonly Queue<DeferredReply> _queue = [];
    private readonly Thread _thread;
    private readonly HashSet<NodeId> _parents = [];
    private readonly TextBuffer _name = new();
    private readonly Message _message = new(LongestName + 64);
    private bool _isStarted;
    private bool _isEnding;

    /// <summary>Makes it; the thread starts when there is something to tell, which most mounts never have before they answer.</summary>
    /// <param name="channel">Where to send.</param>
    /// <param name="outward">The kernel's number of a node; called from this thread.</param>
    /// <param name="fault">Told what must not happen.</param>
    internal Notifier(IFuseChannel channel, Func<NodeId, ulong> outward, Action<string> fault)
    {
        _channel = channel;
        _outward = outward;
        _fault = fault;
        _thread = new Thread(Run) { IsBackground = true, Name = "hotplugfs-notify" };
    }

    /// <summary>Queues what to do. Called from one thread.</summary>
    internal void Add(DeferredReply deferred)
    {
        if (!_isStarted)
        {
            _isStarted = true;
            _thread.Start();
        }
        lock (_queue)
        {
            _queue.Enqueue(deferred);
            Monitor.Pulse(_queue);
        }
    }

    /// <summary>Does what is queued and ends the thread. Called from the thread that adds.</summary>
    internal void End()
    {
        if (!_isStarted)
            return;
        lock (_queue)
        {
            _isEnding = true;
            Monitor.Pulse(_queue);
        }
        _thread.Join();
    }

    private void Run()
    {
        while (Take() is { } deferred)
        {
            try
            {
                Tell(deferred);
                deferred.Afterwards?.Invoke();
            }
            catch (Exception exception)
            {
                _fault($"telling the kernel of a change failed: {exception}");
            }
            if (deferred.Reply.Length != 0)
                SendReply(deferred.Reply);
        }
    }

    /// <summary>Whoever waits for a reply that the kernel refuses gets EIO, and does not wait for ever.</summary>
    private void SendReply(byte[] reply)
    {
        if (Send(reply, "a reply"))
            return;
        _message.EndError(MemoryMarshal.Read<OutHeader>(reply).Unique, Errno.EIO);
        _ = _channel.Write(_message.Bytes);
    }

    private DeferredReply? Take()
    {
        lock (_queue)
        {
            while (_queue.Count == 0 && !_isEnding)
                Monitor.Wait(_queue);
            return _queue.TryDequeue(out var deferred) ? deferred : null;
        }
    }

    private void Tell(DeferredReply deferred)
    {
        _parents.Clear();
        foreach (var change in deferred.Changes)
        {
            _parents.Add(change.Parent);
            for (var i = 0; i < change.Count; i++)
                ForgetEntry(change, i);
        }
        foreach (var parent in _parents)
            ForgetInode(parent);
        foreach (var kernelHandle in deferred.WakeUps)
            WakeUp(kernelHandle);
    }

    private void ForgetEntry(in TreeChange change, int index)
    {
        _name.Clear();
        change.AppendName(index, _name);
        _message.Clear();
        _message.Add(new NotifyInvalidateEntry { Parent = _outward(change.Parent), NameLength = (uint)_name.Length });
        _message.Add(_name.Text);
        _message.Add("\0"u8);
        Notify(NotifyCode.InvalidateEntry);
    }

    private void ForgetInode(NodeId id)
    {
        _message.Clear();
        _message.Add(new NotifyInvalidateInode { NodeId = _outward(id) });
        Notify(NotifyCode.InvalidateInode);
    }

    private void WakeUp(ulong kernelHandle)
    {
        _message.Clear();
        _message.Add(new NotifyPollWakeUp { KernelHandle = kernelHandle });
        Notify(NotifyCode.Poll);
    }

    private void Notify(NotifyCode code)
    {
        _message.EndNotification(code);
        _ = Send(_message.Bytes, code.ToString());
    }

    /// <returns>False if it was refused and should not have been.</returns>
    private bool Send(ReadOnlySpan<byte> message, string what)
    {
        var sent = _channel.Write(message);
        if (sent.IsOk || FuseSession.IsNormal(sent.Error))
            return true;
        _fault($"the kernel refuses {what}: {sent.Error.Text()}");
        return false;
    }
}
