namespace HotplugFs.Linux;

/// <summary>net/if.h: network interfaces (netdevice(7)).</summary>
public static partial class NetIf
{
    private const nuint SIOCSIFFLAGS = 0x8914;
    private const short IFF_UP = 1;

    /// <summary>Brings an interface up, and clears all of its other flags.</summary>
    /// <param name="socket">Any socket of the interface's network namespace.</param>
    /// <param name="name">At most 15 bytes.</param>
    public static Result BringUp(int socket, ReadOnlySpan<byte> name)
    {
        var request = new IfReq { Flags = IFF_UP };
        name.CopyTo(request.Name);
        return Libc.Check(ioctl(socket, SIOCSIFFLAGS, ref request));
    }

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, ref IfReq argp);
}
