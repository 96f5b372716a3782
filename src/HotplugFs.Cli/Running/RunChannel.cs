using System.Text;
using HotplugFs.Abi;
using HotplugFs.Cli.Native;

namespace HotplugFs.Cli.Running;

/// <summary>
/// The socket between the process that the user started and the first process of the namespaces, which cannot see each other
/// otherwise. Either learns from its end that the other has gone.
/// </summary>
internal sealed class RunChannel : IDisposable
{
    private const int UnixDomain = 1;
    private const int SequencedPackets = 5;
    private const int NoSignal = 0x4000;
    private const int MessageMax = 1 << 16;

    /// <summary>Takes over an end.</summary>
    /// <param name="descriptor">Its descriptor, which programs that are started do not get.</param>
    public RunChannel(int descriptor)
    {
        Descriptor = descriptor;
        Descriptors.Hide(descriptor);
    }

    /// <summary>The descriptor of this end.</summary>
    public int Descriptor { get; }

    /// <summary>Makes both ends.</summary>
    public static unsafe (RunChannel Outside, RunChannel Inside) Create()
    {
        var ends = stackalloc int[2];
        if (Interop.SocketPair(UnixDomain, SequencedPackets | Descriptors.Hidden, 0, ends) != 0)
            throw new RunException($"no socket to the namespaces: {Interop.LastError.Text()}");
        return (new RunChannel(ends[0]), new RunChannel(ends[1]));
    }

    /// <summary>Sends a message; one that nobody is left to read is no mistake.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="text">What it says.</param>
    public unsafe void Send(RunMessageKind kind, string text = "")
    {
        byte[] message = [(byte)kind, .. Encoding.UTF8.GetBytes(text)];
        fixed (byte* start = message)
            _ = Interop.Send(Descriptor, start, (nuint)message.Length, NoSignal);
    }

    /// <summary>Waits for a message.</summary>
    /// <returns>The message; null if the other end has gone.</returns>
    public unsafe RunMessage? Receive()
    {
        var buffer = new byte[MessageMax];
        nint length;
        fixed (byte* start = buffer)
        {
            do
                length = Interop.Receive(Descriptor, start, (nuint)buffer.Length, 0);
            while (length < 0 && Interop.LastError == Errno.EINTR);
        }
        return length <= 0 ? null : new RunMessage((RunMessageKind)buffer[0], Encoding.UTF8.GetString(buffer, 1, (int)length - 1));
    }

    public void Dispose() => _ = Interop.Close(Descriptor);
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
