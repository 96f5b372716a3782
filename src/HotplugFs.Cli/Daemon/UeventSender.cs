using HotplugFs.Sysfs.Uevents;
using static HotplugFs.Linux.SysSocket;

namespace HotplugFs.Cli.Daemon;

/// <summary>
/// Sends the machine's uevents to udev and every other listener in this network namespace: the kernel broadcasts what a process with
/// CAP_SYS_ADMIN writes to its uevent socket, and adds the sequence number (docs/kernels.md, "Sending uevents from user space").
/// </summary>
/// <remarks>The thread of the tree calls <see cref="TakeDue"/>. The action that it returns runs on the notifier thread.</remarks>
internal sealed class UeventSender : IDisposable
{
    private readonly UeventSource _source;
    private readonly Action<string> _reportProblem;
    private readonly int _socket;
    private List<UeventMessage> _due = [];

    /// <summary>Opens the socket.</summary>
    /// <param name="outside">The network namespace, as <c>net:[inode]</c>, in which nothing may be sent.</param>
    /// <param name="reportProblem">Receives a line for each uevent that cannot be sent. Called on the notifier thread.</param>
    /// <exception cref="CommandException">This process is in the outside network namespace, or the kernel refuses the socket.</exception>
    public UeventSender(UeventSource source, string outside, Action<string> reportProblem)
    {
        if (NetworkNamespace.Current == outside)
            throw new CommandException("uevents are sent in a private network namespace only");
        var opened = Socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, LinuxNetlink.NETLINK_KOBJECT_UEVENT);
        if (!opened.IsOk)
            throw new CommandException($"cannot open a socket for uevents: {opened.Error.Text()}");
        _socket = opened.Value;
        _reportProblem = reportProblem;
        _source = source;
        _source.Sent += Add;
    }

    /// <summary>
    /// Returns an action that sends the uevents of the last request, before its caller gets the reply; null if there are none.
    /// </summary>
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
            _reportProblem($"cannot send the uevent {message.Action}@{message.DevPath}: {outcome.Error.Text()}");
    }
}
