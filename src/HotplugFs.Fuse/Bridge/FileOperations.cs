using System.Runtime.CompilerServices;
using HotplugFs.Fuse.Passthrough;

namespace HotplugFs.Fuse.Bridge;

/// <summary>The operations on open files. Run on the tree's thread and allocate nothing once warm.</summary>
internal sealed class FileOperations(KernfsTree tree, NodeEncoder encoder, CachedSizes sizes)
{
    private PassthroughFiles? _passthrough;

    /// <summary>The reads and writes that wait.</summary>
    internal WaitingRequests Waiting { get; } = new();

    /// <summary>Lets the kernel read files by itself from now on; null if it does not support that.</summary>
    internal void UsePassthrough(PassthroughFiles? passthrough) => _passthrough = passthrough;

    internal void Open(Request request, Reply reply)
    {
        var flags = request.As<OpenIn>().Flags;
        if ((flags & OpenFlags.Direct) != 0)
        {
            // The kernel would accept it, because reads bypass the page cache anyway; sysfs does not.
            reply.Error(Errno.EINVAL);
            return;
        }
        if (!tree.Open(encoder.FromKernel(request.Header.NodeId), flags).TryGet(out var file, out var error))
        {
            // The kernel found the name before the object was removed, or below a directory that is still in use. sysfs looks the name up
            // again in open(2) and does not find it.
            reply.Error(error == Errno.ENODEV ? Errno.ENOENT : error);
            return;
        }
        try
        {
            Answer(file, flags, reply);
        }
        catch
        {
            // The kernel gets an error and does not close the file.
            tree.OpenFiles.Release(file);
            throw;
        }
    }

    private void Answer(KernfsOpenFile file, uint flags, Reply reply)
    {
        var backing = _passthrough is null ? default : _passthrough.Begin(file, flags);
        reply.Ok(new OpenOut
        {
            Handle = file.Handle,
            Flags = OpenReplyFlags.NoFlush | (backing.Id == 0 ? 0 : OpenReplyFlags.Passthrough)
                | (backing.Id == 0 || backing.IsDirect ? OpenReplyFlags.DirectIO : 0),
            BackingId = backing.Id,
        });
        reply.Handle = file.Handle;
    }

    internal void Read(Request request, Reply reply)
    {
        ref readonly var arguments = ref request.As<ReadIn>();
        if (tree.InterceptsReads && tree.Callers is { } callers)
            callers.Enter(CallerOf(request));
        if (arguments.Offset > long.MaxValue)
            reply.Error(Errno.EINVAL);
        else if (tree.OpenFiles.Find(arguments.Handle).TryGet(out var file, out var error)
            && file.Read((long)arguments.Offset, reply.GetSpan(arguments.Size)).TryGet(out var count, out error))
        {
            if ((arguments.ReadFlags & ReadFlags.LockOwner) == 0)
                sizes.ReadForPageCache(file.Node);
            reply.Ok(count);
        }
        else if (error == Errno.EWAITING)
        {
            Wait(request, reply);
        }
        else
        {
            reply.Error(error);
        }
    }

    internal void Write(Request request, Reply reply)
    {
        ref readonly var arguments = ref request.As<WriteIn>();
        var data = request.After<WriteIn>();
        if (arguments.Size > data.Length)
            reply.Error(Errno.EINVAL);
        else if (tree.OpenFiles.Find(arguments.Handle).TryGet(out var file, out var error)
            && tree.Write(CallerOf(request), file, data[..(int)arguments.Size]).TryGet(out var count, out error))
            reply.Ok(new WriteOut { Size = (uint)count });
        else if (error == Errno.EWAITING)
            Wait(request, reply);
        else
            reply.Error(error);
    }

    /// <summary>Notes that a signal has reached the caller of a request that waits. Other requests were answered already.</summary>
    internal void Interrupt(Request request, Reply reply)
    {
        // Also a request that is too short gets no reply.
        if (request.Body.Length >= Unsafe.SizeOf<InterruptIn>() && Waiting.Find(request.As<InterruptIn>().Unique) is { } waiting)
            waiting.IsInterrupted = true;
        reply.NoReply();
    }

    private Caller CallerOf(Request request)
    {
        var waiting = Waiting.IsEmpty ? null : Waiting.Find(request.Header.Unique);
        return new Caller(request.Header.Unique, waiting is not null, waiting is { IsInterrupted: true })
        {
            Pid = (int)request.Header.Pid,
            Uid = request.Header.Uid,
        };
    }

    private void Wait(Request request, Reply reply)
    {
        Waiting.Keep(request);
        reply.NoReply();
    }

    internal void Poll(Request request, Reply reply)
    {
        ref readonly var arguments = ref request.As<PollIn>();
        if (!tree.OpenFiles.Find(arguments.Handle).TryGet(out var file, out var error))
        {
            reply.Error(error);
            return;
        }
        var events = file.Poll();
        if ((arguments.Flags & PollFlags.ScheduleNotify) != 0)
            file.Waiter = arguments.KernelHandle;
        reply.Ok(new PollOut { Events = (uint)events });
    }

    internal void Sync(Request request, Reply reply) => reply.Send(tree.Sync());

    internal void Release(Request request, Reply reply)
    {
        Release(request.As<ReleaseIn>().Handle);
        reply.Ok();
    }

    /// <summary>Closes an open file; does nothing if no open file has this handle.</summary>
    internal void Release(ulong handle)
    {
        if (!tree.OpenFiles.Find(handle).TryGet(out var file, out _))
            return;
        _passthrough?.End(file);
        tree.OpenFiles.Release(file);
    }
}
