using System.Runtime.InteropServices;
using HotplugFs.Abi;
using HotplugFs.Cli.Native;
using HotplugFs.Cli.Requests;
using HotplugFs.Sysfs.Uevents;

namespace HotplugFs.Cli.Daemon;

/// <summary>
/// Sends the machine's uevents to udev and all others who listen for the kernel's in this network namespace: the kernel broadcasts
/// what a process with CAP_SYS_ADMIN over the namespace writes to its uevent socket, and adds the sequence number
/// (lib/kobject_uevent.c, uevent_net_rcv_skb; ecosystem.md 6).
/// </summary>
/// <remarks><see cref="TakeDue"/> belongs to the thread of the tree; what it returns runs on the thread that tells of changes.</remarks>
internal sealed unsafe class UeventSender : IDisposable
{
    private const int Netlink = 16;
    private const int RawSocket = 3;
    private const int KernelUevents = 15;
    private const int DoNotWait = 0x40;
    private const int HeaderBytes = 16;

    /// <summary>Lower types are control messages, which are acknowledged and not sent on.</summary>
    private const ushort FirstType = 0x10;

    private const ushort RequestAcknowledge = 1 | 4;
    private const int AnswerBytes = 4096;

    private readonly UeventSource _source;
    private readonly Action<string> _complain;
    private readonly int _socket;
    private List<UeventMessage> _due = [];

    /// <summary>Opens the socket.</summary>
    /// <param name="source">Where the messages come from.</param>
    /// <param name="outside">The network namespace, as <c>net:[number]</c>, in which nothing may be sent.</param>
    /// <param name="complain">Told what cannot be sent.</param>
    /// <exception cref="CommandException">This process is in that network namespace, or there is no such socket.</exception>
    public UeventSender(UeventSource source, string outside, Action<string> complain)
    {
        if (NetworkNamespace.Current == outside)
            throw new CommandException("uevents are sent in a private network namespace only");
        _socket = Interop.Socket(Netlink, RawSocket | Descriptors.Hidden, KernelUevents);
        if (_socket < 0)
            throw new CommandException($"cannot open a socket for uevents: {Interop.LastError.Text()}");
        _complain = complain;
        _source = source;
        _source.Sent += Add;
    }

    /// <summary>What is to be sent before the caller of the last request has its answer; null for nothing.</summary>
    public Action? TakeDue()
    {
        if (_due.Count == 0)
            return null;
        var due = _due;
        _due = [];
        return () => due.ForEach(Send);
    }

    public void Dispose()
    {
        _source.Sent -= Add;
        _ = Interop.Close(_socket);
    }

    private void Add(UeventMessage message) => _due.Add(message);

    private void Send(UeventMessage message)
    {
        var text = message.ToBytes(withSequence: false);
        var packet = new byte[HeaderBytes + text.Length];
        MemoryMarshal.Write(packet, (uint)packet.Length);
        MemoryMarshal.Write(packet.AsSpan(4), FirstType);
        MemoryMarshal.Write(packet.AsSpan(6), RequestAcknowledge);
        text.CopyTo(packet, HeaderBytes);
        nint sent;
        fixed (byte* start = packet)
            sent = Interop.Send(_socket, start, (nuint)packet.Length, 0);
        var outcome = sent < 0 ? Interop.LastError : Acknowledgement();
        if (!outcome.IsOk)
            _complain($"cannot send the uevent {message.Action}@{message.DevPath}: {outcome.Error.Text()}");
    }

    /// <summary>The kernel has answered when send(2) returns: struct nlmsgerr, a negative errno behind the header.</summary>
    private Result Acknowledgement()
    {
        var answer = stackalloc byte[AnswerBytes];
        var length = Interop.Receive(_socket, answer, AnswerBytes, DoNotWait);
        if (length < 0)
            return Interop.LastError;
        if (length < HeaderBytes + sizeof(int))
            return Errno.EIO;
        var error = *(int*)(answer + HeaderBytes);
        return error == 0 ? Result.Ok : (Errno)(-error);
    }
}
