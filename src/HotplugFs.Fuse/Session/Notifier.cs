using HotplugFs.Fuse.Bridge;

namespace HotplugFs.Fuse.Session;

/// <summary>
/// The thread that sends notifications. The kernel may delay a notification until requests of other callers are answered, so this thread
/// answers no requests, and the thread that does never waits for this one. A request's reply is sent after the notifications of everything
/// it changed: no other order guarantees that a client never sees a stale entry after its write has returned.
/// </summary>
internal sealed class Notifier
{
    private readonly MessageSender _sender;
    private readonly NodeEncoder _encoder;
    private readonly Queue<DeferredReply> _queue = [];
    private readonly Thread _thread;
    private readonly HashSet<NodeId> _parents = [];
    private readonly TextBuffer _name = new();
    private readonly Message _message = new(ProtocolConstants.NameMax + 64);
    private bool _isEnding;

    /// <summary>
    /// Makes the notifier and starts its thread. Later, a limit of processes could refuse the thread, and with it every change.
    /// </summary>
    internal Notifier(MessageSender sender, NodeEncoder encoder)
    {
        _sender = sender;
        _encoder = encoder;
        _thread = new Thread(Run) { IsBackground = true, Name = "hotplugfs-notify" };
        _thread.Start();
    }

    /// <summary>Queues work. Called by one thread.</summary>
    internal void Add(DeferredReply deferred)
    {
        lock (_queue)
        {
            _queue.Enqueue(deferred);
            Monitor.Pulse(_queue);
        }
    }

    /// <summary>Completes the queued work and ends the thread. Called by the thread that adds.</summary>
    internal void End()
    {
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
                Notify(deferred);
                deferred.PostCommitAction?.Invoke();
            }
            catch (Exception exception)
            {
                _sender.AddFault($"notifying the kernel of a change failed: {exception}");
            }
            if (deferred.Reply.Length != 0)
                _sender.SendReply(deferred.Reply);
        }
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

    private void Notify(DeferredReply deferred)
    {
        _parents.Clear();
        foreach (var change in deferred.Changes)
        {
            _parents.Add(change.Parent);
            for (var i = 0; i < change.Count; i++)
                InvalidateEntry(change, i);
        }
        foreach (var parent in _parents)
            InvalidateInode(parent);
        foreach (var kernelHandle in deferred.WakeUps)
            WakeUp(kernelHandle);
    }

    private void InvalidateEntry(in TreeChange change, int index)
    {
        _name.Clear();
        change.AppendName(index, _name);
        _message.Clear();
        _message.Add(new NotifyInvalidateEntry { Parent = _encoder.ToKernel(change.Parent), NameLength = (uint)_name.Length });
        _message.Add(_name.Text);
        _message.Add("\0"u8);
        Send(NotifyCode.InvalidateEntry);
    }

    private void InvalidateInode(NodeId id)
    {
        _message.Clear();
        _message.Add(new NotifyInvalidateInode { NodeId = _encoder.ToKernel(id) });
        Send(NotifyCode.InvalidateInode);
    }

    private void WakeUp(ulong kernelHandle)
    {
        _message.Clear();
        _message.Add(new NotifyPollWakeUp { KernelHandle = kernelHandle });
        Send(NotifyCode.Poll);
    }

    private void Send(NotifyCode code)
    {
        _message.EndNotification(code);
        _sender.SendNotification(_message.Bytes, code);
    }
}
