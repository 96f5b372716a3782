using HotplugFs.Abi;
using HotplugFs.Fuse.Bridge;
using HotplugFs.Fuse.Protocol;
using HotplugFs.Fuse.Session;
using HotplugFs.Kernfs;

namespace HotplugFs.Fuse;

/// <summary>
/// Serves a tree over a channel to the kernel until it is unmounted.
/// </summary>
/// <remarks>
/// Two threads. The one that calls <see cref="Run"/> reads requests and runs everything on the tree, one request after the other;
/// it owns the tree meanwhile. The notifier tells the kernel what requests changed and then sends their replies. The first never
/// waits for the second.
/// </remarks>
public sealed class FuseSession
{
    // A request for a write of the largest size, with its headers.
    private const int RequestCapacity = TreeBridge.MaxWrite + 4096;

    private readonly IFuseChannel _channel;
    private readonly KernfsTree _tree;
    private readonly FuseSessionOptions _options;
    private readonly TreeBridge _bridge;
    private readonly Reply _reply = new(TreeBridge.MaxWrite);
    private readonly byte[] _request = GC.AllocateUninitializedArray<byte>(RequestCapacity, pinned: true);
    private int _handlerFaults;

    /// <summary>Makes a session.</summary>
    /// <param name="channel">The kernel's end.</param>
    /// <param name="tree">What to serve.</param>
    /// <param name="options">What to do besides.</param>
    public FuseSession(IFuseChannel channel, KernfsTree tree, FuseSessionOptions? options = null)
    {
        _channel = channel;
        _tree = tree;
        _options = options ?? new FuseSessionOptions();
        _bridge = new TreeBridge(tree, _options.Root ?? tree.Root, _options.Clock, channel as IBackingFiles, _options.Passthrough);
    }

    /// <summary>
    /// How many requests were answered with EIO because a handler threw or gave no answer, and how many messages the kernel found
    /// malformed: mistakes of ours, each of them logged. 0 in a program without mistakes.
    /// </summary>
    public int HandlerFaults => Volatile.Read(ref _handlerFaults);

    /// <summary>How reads reach the tree, as a line for people: whether the kernel reads some attributes by itself, and if not, why.</summary>
    public string Transport => _bridge.Transport;

    /// <summary>Answers requests until the file system is unmounted.</summary>
    /// <exception cref="FuseException">The kernel is too old, or reading from it fails.</exception>
    public void Run()
    {
        var notifier = new Notifier(_channel, _bridge.Outward, CountFault);
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

    /// <summary>
    /// True for errors of sending that are nobody's mistake: ENOENT, because the caller was killed or the kernel never knew the name;
    /// the others, because the file system was unmounted.
    /// </summary>
    internal static bool IsNormal(Errno error) => error is Errno.ENOENT or Errno.ENODEV or Errno.ECONNABORTED;

    private bool ServeOne(Notifier notifier)
    {
        var read = _channel.Read(_request);
        if (!read.IsOk)
        {
            return read.Error switch
            {
                Errno.EINTR or Errno.EAGAIN or Errno.ENOENT => true,
                Errno.ENODEV or Errno.ECONNABORTED => false,
                var error => throw new FuseException($"reading from the kernel failed: {error.Text()}"),
            };
        }
        if (read.Value < Request.HeaderSize)
            throw new FuseException($"the kernel sent a request of {read.Value} bytes, shorter than its header");

        var wasReady = _bridge.IsReady;
        Handle(new Request(_request.AsSpan(0, read.Value)));
        Finish(notifier);
        if (_bridge.Disagreement is { } disagreement)
            throw new FuseException(disagreement);
        if (!wasReady && _bridge.IsReady)
        {
            _bridge.BeginPassthrough();
            _options.Ready?.Invoke();
        }
        return true;
    }

    private void Handle(Request request)
    {
        _reply.Begin(request.Header.Unique);
        try
        {
            _bridge.Answer(request, _reply);
            if (!_reply.Complete())
                CountFault($"{request.Header.Opcode} was not answered");
        }
        catch (Exception exception)
        {
            // The caller must not wait for ever, and one bad request must not end the mount for all others.
            CountFault($"{request.Header.Opcode} failed: {exception}");
            _reply.Fail();
        }
    }

    private void Finish(Notifier notifier)
    {
        var afterwards = AskWhatIsAfterwards();
        if (!_tree.HasChanges && !_tree.HasWakeUps && afterwards is null)
        {
            SendReply();
            return;
        }
        // A new open file that does not arrive must be closed here, on the tree's thread.
        var isDeferred = (_tree.HasChanges || afterwards is not null) && !_reply.IsWithheld && _reply.Handle is null;
        if (!isDeferred)
            SendReply();
        var deferred = new DeferredReply { Afterwards = afterwards, Reply = isDeferred ? _reply.Bytes.ToArray() : [] };
        _tree.TakeChanges(deferred.Changes);
        _tree.TakeWakeUps(deferred.WakeUps);
        notifier.Add(deferred);
    }

    private Action? AskWhatIsAfterwards()
    {
        try
        {
            return _options.AfterChanges?.Invoke();
        }
        catch (Exception exception)
        {
            CountFault($"asking what to do after changes failed: {exception}");
            return null;
        }
    }

    private void SendReply()
    {
        if (_reply.IsWithheld)
            return;
        var sent = _channel.Write(_reply.Bytes);
        if (sent.IsOk)
            return;
        if (_reply.Handle is { } handle)
            _bridge.Release(handle);
        if (IsNormal(sent.Error))
            return;
        CountFault($"the kernel refuses a reply: {sent.Error.Text()}");
        _reply.Fail();
        // If this is refused too, there is nothing that the kernel would take.
        _ = _channel.Write(_reply.Bytes);
    }

    private void CountFault(string what)
    {
        Interlocked.Increment(ref _handlerFaults);
        _options.Log?.Invoke(what);
    }
}
