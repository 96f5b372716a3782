using HotplugFs.Cli.Daemon;

namespace HotplugFs.Cli.Running;

/// <summary>
/// A network namespace for the machine's uevents. The kernel sends the host's uevents to every network namespace that belongs to the
/// initial user namespace, so even root's must belong to another one (docs/kernels.md, "Sending uevents from user space").
/// </summary>
internal static class PrivateNetwork
{
    /// <summary>Moves this thread to a private network namespace.</summary>
    /// <param name="outside">The supervisor's network namespace.</param>
    /// <param name="namespaces">
    /// The namespaces of the command; null to create a network namespace in this user namespace. Listeners then receive the host's uevents
    /// as well.
    /// </param>
    /// <exception cref="CommandException">The kernel refuses the network namespace.</exception>
    public static void Enter(string outside, CommandNamespaces? namespaces)
    {
        var entered = namespaces?.EnterNetwork() ?? Sched.Unshare(Sched.CLONE_NEWNET);
        if (!entered.IsOk)
            throw new CommandException($"cannot create a network namespace for the machine's uevents: {entered.Error.Text()}");
        if (NetworkNamespace.Current == outside)
            throw new CommandException("internal error: the network namespace did not change");
        BringLoopbackUp();
    }

    /// <summary>Tests with a server and a client need 127.0.0.1.</summary>
    private static void BringLoopbackUp()
    {
        var socket = SysSocket.Socket(SysSocket.AF_INET, SysSocket.SOCK_DGRAM | SysSocket.SOCK_CLOEXEC);
        if (!socket.IsOk)
            return;
        var isUp = NetIf.BringUp(socket.Value, "lo"u8);
        _ = Unistd.Close(socket.Value);
        if (!isUp.IsOk)
            throw new CommandException($"cannot bring up the loopback interface: {isUp.Error.Text()}");
    }
}
