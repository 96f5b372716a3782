using HotplugFs.Abi;
using HotplugFs.Cli.Requests;
using HotplugFs.Linux;
using HotplugFs.Sysfs.Uevents;
using static HotplugFs.Linux.SysSocket;

namespace HotplugFs.Cli.Daemon;

/// <summary>
/// Sends the machine's uevents to udev and all others who listen for the kernel's in this network namespace: the kernel broadcasts
/// what a process with CAP_SYS_ADMIN over the namespace writes to its uevent socket, and adds the sequence number
/// (lib/kobject_uevent.c, uevent_net_rcv_skb; ecosystem.md 6).
/// </summary>
/// <remarks><see cref="TakeDue"/> belongs to the thread of the tree; what it returns runs on the thread that tells of changes.</remarks>
internal sealed class UeventSender : IDisposable
{
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
        var opened = Socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, LinuxNetlink.NETLINK_KOBJECT_UEVENT);
        if (!opened.IsOk)
            throw new CommandException($"cannot open a socket for uevents: {opened.Error.Text()}");
        _socket = opened.Value;
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
        _ = Unistd.Close(_socket);
    }

    private void Add(UeventMessage message) => _due.Add(message);

    private void Send(UeventMessage message)
    {
        var outcome = LinuxNetlink.SendAcknowledged(_socket, message.ToBytes(withSequence: false));
        if (!outcome.IsOk)
            _complain($"cannot send the uevent {message.Action}@{message.DevPath}: {outcome.Error.Text()}");
    }
}
