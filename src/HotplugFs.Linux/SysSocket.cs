using System.Runtime.InteropServices;
using HotplugFs.Abi;

namespace HotplugFs.Linux;

/// <summary>sys/socket.h.</summary>
public static partial class SysSocket
{
    /// <summary>Sockets of one machine (unix(7)).</summary>
    public const int AF_UNIX = 1;

    /// <summary>A stream of bytes.</summary>
    public const int SOCK_STREAM = 1;
    /// <summary>Close the descriptor on execve(2).</summary>
    public const int SOCK_CLOEXEC = 0x80000;

    private const int SOL_SOCKET = 1;
    private const int SCM_RIGHTS = 1;
    private const int MSG_CMSG_CLOEXEC = 0x40000000;

    /// <summary>Creates two connected sockets (socketpair(2)).</summary>
    /// <param name="domain">AF_*.</param>
    /// <param name="type">SOCK_* and SOCK_CLOEXEC.</param>
    public static Result<(int First, int Second)> SocketPair(int domain, int type)
    {
        Span<int> pair = stackalloc int[2];
        return socketpair(domain, type, 0, ref pair[0]) < 0 ? Libc.LastError : (pair[0], pair[1]);
    }

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
    private static partial int socketpair(int domain, int type, int protocol, ref int sv);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static unsafe partial nint recvmsg(int sockfd, MsgHdr* msg, int flags);
}
