using HotplugFs.Abi;
using HotplugFs.Cli.Daemon;
using HotplugFs.Cli.Native;

namespace HotplugFs.Cli.Running;

/// <summary>
/// A network namespace for the machine's uevents. The kernel sends the uevents of the host to every network namespace that belongs to
/// the first user namespace, so root's has to belong to another one (lib/kobject_uevent.c; ecosystem.md 6).
/// </summary>
internal static unsafe class PrivateNetwork
{
    private const int NewNetwork = 0x40000000;
    private const int Internet = 2;
    private const int Datagrams = 2;
    private const nuint SetInterfaceFlags = 0x8914;
    private const short InterfaceUp = 1;
    private const int InterfaceNameBytes = 16;
    private const int InterfaceRequestBytes = 40;

    /// <summary>Moves this thread to one of its own, unless the process was started in one.</summary>
    /// <param name="outside">The network namespace of whoever started it.</param>
    public static void Enter(string outside)
    {
        if (NetworkNamespace.Current == outside && !EnterOfUserNamespace() && Interop.Unshare(NewNetwork) != 0)
            throw new RunException($"no network namespace for the machine's uevents: {Interop.LastError.Text()}");
        if (NetworkNamespace.Current == outside)
            throw new RunException("the network namespace for the machine's uevents is still the one outside");
        BringLoopbackUp();
    }

    /// <returns>False if there can be no user namespaces; then the host's uevents are seen here as well.</returns>
    private static bool EnterOfUserNamespace()
    {
        // It says a line when it is in the namespaces, and ends when its input does.
        const string hold = "echo && read -r _";
        var (input, output) = (Descriptors.MakePipe(), Descriptors.MakePipe());
        var started = Spawn.Start(new SpawnRequest
        {
            Program = "unshare",
            SearchPath = true,
            IsDetached = true,
            Arguments = ["unshare", "--user", "--net", "--", "/bin/sh", "-c", hold],
            Given = [(input.Reading, 0), (output.Writing, 1)],
        });
        _ = Interop.Close(input.Reading);
        _ = Interop.Close(output.Writing);
        var hasMoved = started.IsOk && SaysSomething(output.Reading) && Join(started.Value);
        _ = Interop.Close(output.Reading);
        _ = Interop.Close(input.Writing);
        if (started.IsOk)
            _ = Launcher.Wait(started.Value);
        return hasMoved;
    }

    private static bool Join(int process)
    {
        var descriptor = Interop.Open($"/proc/{process}/ns/net", Descriptors.Hidden);
        if (descriptor < 0)
            return false;
        var moved = Interop.SetNs(descriptor, NewNetwork) == 0;
        _ = Interop.Close(descriptor);
        return moved;
    }

    private static bool SaysSomething(int descriptor)
    {
        byte one;
        return Interop.Read(descriptor, &one, 1) == 1;
    }

    /// <summary>Servers and clients of a test talk over 127.0.0.1.</summary>
    private static void BringLoopbackUp()
    {
        var socket = Interop.Socket(Internet, Datagrams | Descriptors.Hidden, 0);
        if (socket < 0)
            return;
        // struct ifreq: the name, then the flags.
        var request = stackalloc byte[InterfaceRequestBytes];
        new Span<byte>(request, InterfaceRequestBytes).Clear();
        "lo"u8.CopyTo(new Span<byte>(request, InterfaceNameBytes));
        *(short*)(request + InterfaceNameBytes) = InterfaceUp;
        var isUp = Interop.Ioctl(socket, SetInterfaceFlags, request) == 0;
        var error = Interop.LastError;
        _ = Interop.Close(socket);
        if (!isUp)
            throw new RunException($"the loopback interface cannot be brought up: {error.Text()}");
    }
}
