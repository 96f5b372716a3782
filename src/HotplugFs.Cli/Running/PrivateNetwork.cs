using HotplugFs.Cli.Daemon;
using static HotplugFs.Linux.Sched;

namespace HotplugFs.Cli.Running;

/// <summary>
/// A network namespace for the machine's uevents. The kernel sends the host's uevents to every network namespace that belongs to the
/// initial user namespace, so even root's must belong to another one (docs/kernels.md, "Sending uevents from user space").
/// </summary>
internal static class PrivateNetwork
{
    /// <summary>Moves this thread to a private network namespace, unless the process was started in one.</summary>
    /// <param name="outside">The supervisor's network namespace.</param>
    /// <exception cref="CommandException">The kernel refuses a new network namespace.</exception>
    public static void Enter(string outside)
    {
        var isOutside = NetworkNamespace.Current == outside;
        if (isOutside && !EnterThatOfUserNamespace() && Unshare(CLONE_NEWNET) is { IsOk: false, Error: var error })
            throw new CommandException($"cannot create a network namespace for the machine's uevents: {error.Text()}");
        if (NetworkNamespace.Current == outside)
            throw new CommandException("internal error: the network namespace did not change");
        BringLoopbackUp();
    }

    /// <returns>False if the kernel refuses a user namespace. Listeners then receive the host's uevents as well.</returns>
    private static bool EnterThatOfUserNamespace()
    {
        // The shell writes a line when it is in the namespaces, and exits at the end of its input.
        const string hold = "echo && read -r _";
        var (input, output) = (Pipe.Create(), Pipe.Create());
        var started = Spawn.Start(new SpawnRequest
        {
            Program = "unshare",
            SearchPath = true,
            IsDetached = true,
            Arguments = ["unshare", "--user", "--net", "--", "/bin/sh", "-c", hold],
            Given = [(input.Reading, 0), (output.Writing, 1)],
        });
        _ = Unistd.Close(input.Reading);
        _ = Unistd.Close(output.Writing);
        var hasMoved = started.IsOk && ReadsByte(output.Reading) && Join(started.Value);
        _ = Unistd.Close(output.Reading);
        _ = Unistd.Close(input.Writing);
        if (started.IsOk)
            _ = SysWait.WaitForExit(started.Value);
        return hasMoved;
    }

    private static bool Join(int process)
    {
        var opened = Fcntl.Open($"/proc/{process}/ns/net", Fcntl.O_RDONLY | Fcntl.O_CLOEXEC);
        if (!opened.IsOk)
            return false;
        var moved = SetNs(opened.Value, CLONE_NEWNET);
        _ = Unistd.Close(opened.Value);
        return moved.IsOk;
    }

    private static bool ReadsByte(int descriptor) => Unistd.Read(descriptor, stackalloc byte[1]) is { IsOk: true, Value: 1 };

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
