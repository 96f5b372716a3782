using HotplugFs.Abi;
using HotplugFs.Fuse.Protocol;
using HotplugFs.Kernfs;

namespace HotplugFs.Fuse.Bridge;

internal sealed partial class TreeBridge
{
    internal void Open(Request request, Reply reply)
    {
        var flags = request.As<OpenIn>().Flags;
        if ((flags & OpenFlags.Direct) != 0)
        {
            // The kernel would take it, since all reads go past the page cache; sysfs does not.
            reply.Error(Errno.EINVAL);
            return;
        }
        var opened = _tree.Open(Inward(request.Header.NodeId), flags);
        if (!opened.IsOk)
        {
            // The kernel found the name before the object went, or below a directory that someone still holds. sysfs looks again
            // when it opens and finds no such name.
            reply.Error(opened.Error == Errno.ENODEV ? Errno.ENOENT : opened.Error);
            return;
        }
        var backing = _passthrough is null ? default : _passthrough.Begin(opened.Value, flags);
        reply.Ok(new OpenOut
        {
            Handle = opened.Value.Handle,
            Flags = OpenReplyFlags.NoFlush | (backing.Id == 0 ? 0 : OpenReplyFlags.Passthrough)
                | (backing.Id == 0 || backing.IsDirect ? OpenReplyFlags.DirectIO : 0),
            BackingId = backing.Id,
        });
        reply.Handle = opened.Value.Handle;
    }

    internal void Read(Request request, Reply reply)
    {
        ref readonly var wanted = ref request.As<ReadIn>();
        var file = _tree.OpenFile(wanted.Handle);
        var read = file.IsOk ? file.Value.Read((long)wanted.Offset, reply.Room(wanted.Size)) : file.Error;
        if (read.IsOk)
            reply.Ok(read.Value);
        else
            reply.Error(read.Error);
    }

    internal void Write(Request request, Reply reply)
    {
        ref readonly var given = ref request.As<WriteIn>();
        var data = request.After<WriteIn>();
        if (given.Size > data.Length)
        {
            reply.Error(Errno.EINVAL);
            return;
        }
        var file = _tree.OpenFile(given.Handle);
        var written = file.IsOk ? file.Value.Write(data[..(int)given.Size]) : file.Error;
        if (written.IsOk)
            reply.Ok(new WriteOut { Size = (uint)written.Value });
        else
            reply.Error(written.Error);
    }

    internal void Poll(Request request, Reply reply)
    {
        ref readonly var wanted = ref request.As<PollIn>();
        var file = _tree.OpenFile(wanted.Handle);
        if (!file.IsOk)
        {
            reply.Error(file.Error);
            return;
        }
        if ((wanted.Flags & PollFlags.ScheduleNotify) != 0)
            file.Value.Waiter = wanted.KernelHandle;
        reply.Ok(new PollOut { Events = (uint)file.Value.Poll() });
    }

    internal void Sync(Reply reply) => reply.Answer(_tree.Sync());

    internal void Release(Request request, Reply reply)
    {
        Release(request.As<ReleaseIn>().Handle);
        reply.Ok();
    }

    /// <summary>Closes an open file.</summary>
    internal void Release(ulong handle)
    {
        var file = _tree.OpenFile(handle);
        if (!file.IsOk)
            return;
        _passthrough?.End(file.Value);
        _tree.Release(file.Value);
    }
}
