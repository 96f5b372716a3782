namespace HotplugFs.Linux;

/// <summary>sys/socket.h.</summary>
public static partial class SysSocket
{
    /// <summary>Sockets of one machine (unix(7)).</summary>
    public const int AF_UNIX = 1;
    /// <summary>IPv4 (ip(7)).</summary>
    public const int AF_INET = 2;
    /// <summary>Messages between programs and the kernel (netlink(7)).</summary>
    public const int AF_NETLINK = 16;

    /// <summary>A stream of bytes.</summary>
    public const int SOCK_STREAM = 1;
    /// <summary>Datagrams.</summary>
    public const int SOCK_DGRAM = 2;
    /// <summary>Messages of a protocol.</summary>
    public const int SOCK_RAW = 3;
    /// <summary>Datagrams in order, between two connected sockets.</summary>
    public const int SOCK_SEQPACKET = 5;
    /// <summary>Close the descriptor on execve(2).</summary>
    public const int SOCK_CLOEXEC = 0x80000;

    /// <summary>Return EAGAIN instead of waiting.</summary>
    internal const int MSG_DONTWAIT = 0x40;
    /// <summary>Return EPIPE without SIGPIPE if the peer has closed its end.</summary>
    public const int MSG_NOSIGNAL = 0x4000;

    private const int MSG_CMSG_CLOEXEC = 0x40000000;
    private const int SOL_SOCKET = 1;
    private const int SCM_RIGHTS = 1;

    /// <summary>Creates a socket (socket(2)).</summary>
    /// <param name="domain">AF_*.</param>
    /// <param name="type">SOCK_*.</param>
    public static Result<int> Socket(int domain, int type, int protocol = 0) => Libc.Value(socket(domain, type, protocol));

    /// <summary>Creates two connected sockets (socketpair(2)).</summary>
    /// <inheritdoc cref="Socket"/>
    public static Result<(int First, int Second)> SocketPair(int domain, int type)
    {
        Span<int> pair = stackalloc int[2];
        return socketpair(domain, type, 0, ref pair[0]) < 0 ? Libc.LastError : (pair[0], pair[1]);
    }

    /// <summary>Gives an AF_UNIX socket an abstract name, which has no file and is known in the network namespace only (unix(7)).</summary>
    /// <param name="name">ASCII, without the NUL that precedes it.</param>
    public static Result BindAbstract(int socket, string name)
    {
        // struct sockaddr_un: the family, then the path.
        byte[] address = [AF_UNIX, 0, 0, .. Encoding.ASCII.GetBytes(name)];
        return Libc.Check(bind(socket, ref address[0], (uint)address.Length));
    }

    /// <summary>Sends a message (send(2)).</summary>
    /// <param name="flags">MSG_* flags.</param>
    /// <returns>The number of bytes.</returns>
    public static Result<int> Send(int socket, ReadOnlySpan<byte> message, int flags) =>
        Libc.Value(send(socket, ref MemoryMarshal.GetReference(message), (nuint)message.Length, flags));

    /// <summary>Waits for a message (recv(2)).</summary>
    /// <param name="flags">MSG_* flags.</param>
    /// <returns>The number of bytes; 0 if the peer has closed its end; EINTR after a signal.</returns>
    public static Result<int> Receive(int socket, Span<byte> buffer, int flags = 0) =>
        Libc.Value(recv(socket, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length, flags));

    /// <summary>Waits for a message of one byte that carries a descriptor (SCM_RIGHTS in unix(7)), which execve(2) will close.</summary>
    /// <returns>Null if the message carries none, the peer has closed its end, or the call fails.</returns>
    public static unsafe DescriptorHandle? ReceiveDescriptor(int socket)
    {
        byte data;
        CMsg control = default;
        var vector = new IoVec { Base = &data, Length = 1 };
        var message = new MsgHdr { Vectors = &vector, VectorCount = 1, Control = &control, ControlLength = (nuint)sizeof(CMsg) };
        nint count;
        do
            count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
        while (count < 0 && Libc.LastError == Errno.EINTR);
        var hasControl = count > 0 && message.ControlLength >= CMsg.DescriptorLength;
        return hasControl && control is { Level: SOL_SOCKET, Type: SCM_RIGHTS } ? new DescriptorHandle(control.Descriptor) : null;
    }

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int socketpair(int domain, int type, int protocol, ref int sv);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int bind(int sockfd, ref byte addr, uint addrlen);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial nint send(int sockfd, ref byte buf, nuint len, int flags);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial nint recv(int sockfd, ref byte buf, nuint len, int flags);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static unsafe partial nint recvmsg(int sockfd, MsgHdr* msg, int flags);
}
