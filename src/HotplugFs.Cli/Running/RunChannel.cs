using System.Text;
using HotplugFs.Abi;
using HotplugFs.Linux;
using static HotplugFs.Linux.SysSocket;

namespace HotplugFs.Cli.Running;

/// <summary>
/// The socket between the process that the user started and the first process of the namespaces, which cannot see each other
/// otherwise. Either learns from its end that the other has gone.
/// </summary>
internal sealed class RunChannel : IDisposable
{
    private const int MessageMax = 1 << 16;

    /// <summary>Takes over an end.</summary>
    /// <param name="descriptor">Its descriptor, which programs that are started do not get.</param>
    public RunChannel(int descriptor)
    {
        Descriptor = descriptor;
        _ = Fcntl.SetCloseOnExec(descriptor);
    }

    /// <summary>The descriptor of this end.</summary>
    public int Descriptor { get; }

    /// <summary>Makes both ends.</summary>
    public static (RunChannel Outside, RunChannel Inside) Create()
    {
        var ends = SocketPair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC);
        if (!ends.IsOk)
            throw new RunException($"no socket to the namespaces: {ends.Error.Text()}");
        return (new RunChannel(ends.Value.First), new RunChannel(ends.Value.Second));
    }

    /// <summary>Sends a message; one that nobody is left to read is no mistake.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="text">What it says.</param>
    public void Send(RunMessageKind kind, string text = "") =>
        _ = SysSocket.Send(Descriptor, [(byte)kind, .. Encoding.UTF8.GetBytes(text)], MSG_NOSIGNAL);

    /// <summary>Waits for a message.</summary>
    /// <returns>The message; null if the other end has gone.</returns>
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

    public void Dispose() => _ = Unistd.Close(Descriptor);
}

/// <summary>What a message between the two processes is.</summary>
internal enum RunMessageKind : byte
{
    /// <summary>From inside: the namespaces are there.</summary>
    Started = 1,

    /// <summary>From inside: a line for the user.</summary>
    Problem,

    /// <summary>From outside: the number of a signal that came.</summary>
    Signal,
}

/// <summary>A message between the two processes.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">What it says.</param>
internal readonly record struct RunMessage(RunMessageKind Kind, string Text);
