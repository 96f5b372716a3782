using static HotplugFs.Linux.SysSocket;

namespace HotplugFs.Cli.Running;

/// <summary>
/// The socket between the supervisor and the init process of the namespaces, or between that one and the command's starter. When one of
/// them exits, the other one's <see cref="Receive"/> returns null.
/// </summary>
internal sealed class RunChannel : IDisposable
{
    private const int MessageMax = 1 << 16;

    /// <summary>Takes ownership of an end.</summary>
    /// <param name="descriptor">The descriptor, which programs do not inherit from now on.</param>
    public RunChannel(int descriptor)
    {
        Descriptor = descriptor;
        _ = Fcntl.SetCloseOnExec(descriptor);
    }

    /// <summary>The descriptor of this end.</summary>
    public int Descriptor { get; }

    /// <summary>Creates both ends.</summary>
    public static (RunChannel Outside, RunChannel Inside) Create()
    {
        var ends = SocketPair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC);
        if (!ends.IsOk)
            throw new CommandException($"cannot create a socket: {ends.Error.Text()}");
        return (new RunChannel(ends.Value.First), new RunChannel(ends.Value.Second));
    }

    /// <summary>Sends a message. A closed peer is not an error.</summary>
    public void Send(RunMessageKind kind, string text = "") =>
        _ = SysSocket.Send(Descriptor, [(byte)kind, .. Encoding.UTF8.GetBytes(text)], MSG_NOSIGNAL);

    /// <summary>Waits for a message.</summary>
    /// <returns>The message; null if the peer has closed its end.</returns>
    public RunMessage? Receive()
    {
        var buffer = new byte[MessageMax];
        Result<int> length;
        do
            length = SysSocket.Receive(Descriptor, buffer);
        while (length is { IsOk: false, Error: Errno.EINTR });
        return length is { IsOk: true, Value: > 0 }
            ? new RunMessage((RunMessageKind)buffer[0], Encoding.UTF8.GetString(buffer, 1, length.Value - 1))
            : null;
    }

    /// <summary>Waits until there is a message, or the peer has closed its end.</summary>
    /// <param name="timeoutMs">Milliseconds; <see cref="Poll.Forever"/> or 0 to return at once.</param>
    public bool HasMessage(int timeoutMs)
    {
        var entry = new PollFd { Descriptor = Descriptor, Events = Poll.POLLIN };
        Result<int> ready;
        do
            ready = Poll.Wait(ref entry, timeoutMs);
        while (ready is { IsOk: false, Error: Errno.EINTR });
        return ready is { IsOk: true, Value: > 0 };
    }

    public void Dispose() => _ = Unistd.Close(Descriptor);
}
