using HotplugFs.Abi;
using HotplugFs.Cli.Daemon;
using HotplugFs.Linux;
using static HotplugFs.Linux.Sched;

namespace HotplugFs.Cli.Running;

/// <summary>
/// A network namespace for the machine's uevents. The kernel sends the uevents of the host to every network namespace that belongs to
/// the first user namespace, so root's has to belong to another one (lib/kobject_uevent.c; ecosystem.md 6).
/// </summary>
internal static class PrivateNetwork
{
    /// <summary>Moves this thread to one of its own, unless the process was started in one.</summary>
    /// <param name="outside">The network namespace of whoever started it.</param>
    public static void Enter(string outside)
    {
        if (NetworkNamespace.Current == outside && !EnterOfUserNamespace() && Unshare(CLONE_NEWNET) is { IsOk: false, Error: var error })
            throw new RunException($"no network namespace for the machine's uevents: {error.Text()}");
        if (NetworkNamespace.Current == outside)
            throw new RunException("the network namespace for the machine's uevents is still the one outside");
        BringLoopbackUp();
    }

    /// <returns>False if there can be no user namespaces; then the host's uevents are seen here as well.</returns>
    private static bool EnterOfUserNamespace()
    {
        // It says a line when it is in the namespaces, and ends when its input does.
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
        var hasMoved = started.IsOk && SaysSomething(output.Reading) && Join(started.Value);
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

    private static bool SaysSomething(int descriptor) => Unistd.Read(descriptor, stackalloc byte[1]) is { IsOk: true, Value: 1 };

    /// <summary>Servers and clients of a test talk over 127.0.0.1.</summary>
    private static void BringLoopbackUp()
    {
        var socket = SysSocket.Socket(SysSocket.AF_INET, SysSocket.SOCK_DGRAM | SysSocket.SOCK_CLOEXEC);
        if (!socket.IsOk)
            return;
        var isUp = NetIf.BringUp(socket.Value, "lo"u8);
        _ = Unistd.Close(socket.Value);
        if (!isUp.IsOk)
            throw new RunException($"the loopback interface cannot be brought up: {isUp.Error.Text()}");
    }
}
