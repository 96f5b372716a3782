using System.Runtime.InteropServices;
using HotplugFs.Fuse.Device;

namespace HotplugFs.Fuse.Session;

/// <summary>Sends messages to the kernel, and counts and logs internal errors. Thread-safe.</summary>
internal sealed class MessageSender(IFuseChannel channel, Action<string>? log)
{
    private int _faults;

    /// <summary>The number of internal errors.</summary>
    internal int Faults => Volatile.Read(ref _faults);

    internal void AddFault(string what)
    {
        Interlocked.Increment(ref _faults);
        log?.Invoke(what);
    }

    /// <summary>Sends a reply, or EIO if the kernel rejects it, so that the caller does not wait forever.</summary>
    /// <returns>False if the reply was not delivered.</returns>
    internal bool SendReply(ReadOnlySpan<byte> reply)
    {
        if (!channel.Write(reply).Failed(out var error))
            return true;
        if (!IsExpected(error))
        {
            AddFault($"the kernel rejected a reply: {error.Text()}");
            SendError(MemoryMarshal.Read<OutHeader>(reply).Unique);
        }
        return false;
    }

    internal void SendNotification(ReadOnlySpan<byte> notification, NotifyCode code)
    {
        if (channel.Write(notification).Failed(out var error) && !IsExpected(error))
            AddFault($"the kernel rejected {code}: {error.Text()}");
    }

    private void SendError(ulong unique)
    {
        Span<byte> message = stackalloc byte[Message.HeaderSize];
        Message.WriteError(message, unique, Errno.EIO);
        // If the kernel rejects this as well, there is nothing left to try.
        _ = channel.Write(message);
    }

    /// <summary>
    /// True for failures that are no internal errors. ENOENT: the caller was killed, or the kernel does not know the name. The others: the
    /// file system was unmounted.
    /// </summary>
    private static bool IsExpected(Errno error) => error is Errno.ENOENT or Errno.ENODEV or Errno.ECONNABORTED;
}
