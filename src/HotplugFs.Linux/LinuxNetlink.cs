using System.Runtime.CompilerServices;

namespace HotplugFs.Linux;

/// <summary>linux/netlink.h: messages between programs and the kernel (netlink(7)).</summary>
public static class LinuxNetlink
{
    /// <summary>The protocol for uevents.</summary>
    public const int NETLINK_KOBJECT_UEVENT = 15;

    private const ushort NLM_F_REQUEST = 1;
    private const ushort NLM_F_ACK = 4;

    /// <summary>The lowest type that is not a control message, which the kernel would only acknowledge.</summary>
    private const ushort NLMSG_MIN_TYPE = 0x10;

    private const int AnswerBytes = 4096;

    /// <summary>Sends a message to the kernel and reads its acknowledgment, which exists as soon as send(2) returns.</summary>
    /// <returns>The error that the kernel acknowledges; EIO if its answer is too short.</returns>
    public static Result SendAcknowledged(int socket, ReadOnlySpan<byte> payload)
    {
        var packet = new byte[Unsafe.SizeOf<NlMsgHdr>() + payload.Length];
        var header = new NlMsgHdr { Length = (uint)packet.Length, Type = NLMSG_MIN_TYPE, Flags = NLM_F_REQUEST | NLM_F_ACK };
        MemoryMarshal.Write(packet, header);
        payload.CopyTo(packet.AsSpan(Unsafe.SizeOf<NlMsgHdr>()));
        var sent = SysSocket.Send(socket, packet, 0);
        if (!sent.IsOk)
            return sent.Error;
        Span<byte> answer = stackalloc byte[AnswerBytes];
        var length = SysSocket.Receive(socket, answer, SysSocket.MSG_DONTWAIT);
        if (!length.IsOk)
            return length.Error;
        if (length.Value < Unsafe.SizeOf<NlMsgHdr>() + sizeof(int))
            return Errno.EIO;
        // struct nlmsgerr: a negative error number after the header.
        var error = MemoryMarshal.Read<int>(answer[Unsafe.SizeOf<NlMsgHdr>()..]);
        return error == 0 ? Result.Ok : (Errno)(-error);
    }
}
