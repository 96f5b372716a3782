using System.Runtime.InteropServices;
using HotplugFs.Abi;
using HotplugFs.Fuse.Device;
using HotplugFs.Fuse.Protocol;

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
        if (TrySend(reply, "a reply", out var isRejected))
            return true;
        if (isRejected)
        {
            Span<byte> error = stackalloc byte[Message.HeaderSize];
            Message.WriteError(error, MemoryMarshal.Read<OutHeader>(reply).Unique, Errno.EIO);
            // If the kernel rejects this as well, there is nothing left to try.
            _ = channel.Write(error);
        }
        return false;
    }

    internal void SendNotification(ReadOnlySpan<byte> notification, NotifyCode code) => TrySend(notification, $"{code}", out _);

    /// <param name="isRejected">True if the failure is an internal error. ENOENT is not, because the caller may have been killed and the
    /// kernel may not know a name; the other errors mean that the file system was unmounted.</param>
    private bool TrySend(ReadOnlySpan<byte> message, string what, out bool isRejected)
    {
        var isSent = !channel.Write(message).Failed(out var error);
        isRejected = !isSent && error is not (Errno.ENOENT or Errno.ENODEV or Errno.ECONNABORTED);
        if (isRejected)
            AddFault($"the kernel rejected {what}: {error.Text()}");
        return isSent;
    }
}
