using HotplugFs.Fuse.Bridge;
using HotplugFs.Fuse.Device;

namespace HotplugFs.Fuse.Session;

/// <summary>Serves a tree over a channel to the kernel until the file system is unmounted.</summary>
/// <remarks>
/// There are two threads. The caller of <see cref="Run"/> reads requests and executes them on the tree, one after the other; it owns the
/// tree meanwhile. The notifier notifies the kernel of the changes and then sends the replies of the requests that made them. The first
/// thread never waits for the second.
/// </remarks>
public sealed class FuseSession
{
    // The kernel requires space for a write of the maximum size with its headers.
    private const int RequestCapacity = Negotiation.MaxWrite + ProtocolConstants.PageSize;

    private readonly IFuseChannel _channel;
    private readonly KernfsTree _tree;
    private readonly FuseSessionOptions _options;
    private readonly NodeEncoder _encoder;
    private readonly Negotiation _negotiation;
    private readonly FileOperations _files;
    private readonly OperationTable _operations;
    private readonly MessageSender _sender;
    private readonly Reply _reply = new(Negotiation.MaxWrite);
    private readonly byte[] _request = GC.AllocateUninitializedArray<byte>(RequestCapacity, pinned: true);

    /// <summary>Prepares to serve a tree on a channel; <see cref="Run"/> starts it.</summary>
    public FuseSession(IFuseChannel channel, KernfsTree tree, FuseSessionOptions? options = null)
    {
        _channel = channel;
        _tree = tree;
        _options = options ?? new FuseSessionOptions();
        _sender = new MessageSender(channel, _options.Log);
        var sizes = new CachedSizes(tree, _sender.SendNotification);
        _encoder = new NodeEncoder(tree, _options.Root ?? tree.Root, sizes);
        _negotiation = new Negotiation(channel as IBackingFiles, _options.Passthrough);
        _files = new FileOperations(tree, _encoder, sizes);
        _operations = new OperationTable(_negotiation, new NodeOperations(tree, _encoder, sizes, _options.Clock), _files);
    }

    /// <summary>
    /// The number of internal errors, each of which is logged: requests answered with EIO because a handler threw or did not reply, and
    /// messages that the kernel rejected.
    /// </summary>
    public int HandlerFaults => _sender.Faults;

    /// <summary>One line for people: whether the kernel reads some attributes by itself, and if not, why.</summary>
    public string Transport => _negotiation.Transport;

    /// <summary>True if a request was handled and waits without an answer.</summary>
    /// <param name="unique">The number of the request.</param>
    internal bool IsWaiting(ulong unique) => _files.Waiting.Find(unique) is not null;

    /// <summary>Answers requests until the file system is unmounted.</summary>
    /// <exception cref="FuseException">The kernel is too old, or reading from it failed.</exception>
    public void Run()
    {
        var notifier = new Notifier(_sender, _encoder);
        try
        {
            while (ServeOne(notifier))
            {
            }
        }
        finally
        {
            notifier.End();
        }
    }

    private bool ServeOne(Notifier notifier)
    {
        if (!_files.Waiting.IsEmpty)
            HandleWaiting(notifier);
        // Without a time to wait for, reading is the wait.
        if (_tree.Callers is { Due: { } due } callers)
        {
            var hasRequest = _channel.WaitForRequest(due);
            if (!hasRequest || due == TimeSpan.Zero)
                Elapse(callers, notifier);
            if (!hasRequest)
                return true;
        }
        if (!_channel.Read(_request).TryGet(out var length, out var error))
        {
            return error switch
            {
                Errno.EINTR or Errno.EAGAIN or Errno.ENOENT => true,
                Errno.ENODEV or Errno.ECONNABORTED => false,
                _ => throw new FuseException($"reading from the kernel failed: {error.Text()}"),
            };
        }
        if (length < Request.HeaderSize)
            throw new FuseException($"the kernel sent a request of {length} bytes, shorter than its header");

        var wasReady = _negotiation.IsReady;
        // Operations whose time has passed end before this one begins.
        if (!_files.Waiting.IsEmpty)
            HandleWaiting(notifier);
        Handle(new Request(_request.AsSpan(0, length)));
        Finish(notifier);
        if (_negotiation.ProtocolError is { } protocolError)
            throw new FuseException(protocolError);
        if (!wasReady && _negotiation.IsReady)
        {
            _files.UsePassthrough(_negotiation.StartPassthrough());
            _options.Ready?.Invoke();
        }
        return true;
    }

    /// <summary>Does what time alone does, and notifies of it.</summary>
    private void Elapse(ICallers callers, Notifier notifier)
    {
        _reply.Begin(0);
        _reply.NoReply();
        callers.Elapse();
        Finish(notifier);
    }

    /// <summary>Handles the requests that wait again, until all of them wait: each may end the wait of the others.</summary>
    private void HandleWaiting(Notifier notifier)
    {
        for (var isDone = _files.Waiting.IsEmpty; !isDone;)
        {
            isDone = true;
            foreach (var waiting in _files.Waiting.ToArray())
            {
                Handle(new Request(waiting.Message));
                // What waits on may have changed something, too.
                Finish(notifier);
                if (_reply.IsNoReply)
                    continue;
                _files.Waiting.Forget(waiting);
                isDone = false;
            }
        }
    }

    private void Handle(Request request)
    {
        _reply.Begin(request.Header.Unique);
        try
        {
            _operations.Handle(request, _reply);
            if (!_reply.Complete())
                _sender.AddFault($"{request.Header.Opcode} was not answered");
        }
        catch (Exception exception)
        {
            // The caller must not wait forever, and one failed request must not end the mount for all others.
            _sender.AddFault($"{request.Header.Opcode} failed: {exception}");
            _reply.Fail();
        }
    }

    private void Finish(Notifier notifier)
    {
        var action = TakePostCommitAction();
        if (_tree.Changes.IsEmpty && !_tree.OpenFiles.HasWakeUps && action is null)
        {
            SendReply();
            return;
        }
        // The reply to OPEN is not deferred: if it is not delivered, the file must be closed here, on the tree's thread.
        var isDeferred = (!_tree.Changes.IsEmpty || action is not null) && !_reply.IsNoReply && _reply.Handle is null;
        if (!isDeferred)
            SendReply();
        var deferred = new DeferredReply { PostCommitAction = action, Reply = isDeferred ? _reply.Bytes.ToArray() : [] };
        _tree.Changes.Take(deferred.Changes);
        _tree.OpenFiles.TakeWakeUps(deferred.WakeUps);
        notifier.Add(deferred);
    }

    private Action? TakePostCommitAction()
    {
        try
        {
            return _options.PostCommitActions?.Invoke();
        }
        catch (Exception exception)
        {
            _sender.AddFault($"asking for a post-commit action failed: {exception}");
            return null;
        }
    }

    private void SendReply()
    {
        if (!_reply.IsNoReply && !_sender.SendReply(_reply.Bytes) && _reply.Handle is { } handle)
            _files.Release(handle);
    }
}
