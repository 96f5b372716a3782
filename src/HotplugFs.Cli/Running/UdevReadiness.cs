using System.Text;
using HotplugFs.Abi;
using HotplugFs.Cli.Native;

namespace HotplugFs.Cli.Running;

/// <summary>How a service of systemd says that it is ready (sd_notify(3)), and a pipe for all that it says besides.</summary>
internal sealed unsafe class UdevReadiness : IDisposable
{
    /// <summary>The variable that tells a service where to say so.</summary>
    public const string Variable = "NOTIFY_SOCKET";

    private const int UnixDomain = 1;
    private const int Datagrams = 2;
    private const int BufferBytes = 4096;
    private const int Forever = -1;
    private const short Readable = 1;

    /// <summary>A name without a file: it belongs to the network namespace, which is the command's own.</summary>
    private const string Name = "hotplugfs-udev";

    private readonly int _socket;
    private readonly int _reading;

    private UdevReadiness(int socket, int reading, int writing)
    {
        _socket = socket;
        _reading = reading;
        Output = writing;
    }

    /// <summary>The pipe's end for the service's output.</summary>
    public int Output { get; private set; }

    /// <summary>The variable's value.</summary>
    public string Address => "@" + Name;

    /// <summary>Makes the socket and the pipe.</summary>
    public static UdevReadiness Create()
    {
        var socket = Interop.Socket(UnixDomain, Datagrams | Descriptors.Hidden, 0);
        // struct sockaddr_un: the family, then the name with a NUL in front.
        byte[] address = [UnixDomain, 0, 0, .. Encoding.ASCII.GetBytes(Name)];
        fixed (byte* start = address)
        {
            if (socket < 0 || Interop.Bind(socket, start, (uint)address.Length) != 0)
                throw new RunException($"no socket for systemd-udevd to say that it is ready: {Interop.LastError.Text()}");
        }
        var (reading, writing) = Descriptors.MakePipe();
        return new UdevReadiness(socket, reading, writing);
    }

    /// <summary>Waits until the service is ready or has ended. What it says after that is read and forgotten.</summary>
    /// <returns>Whether it is ready, and what it has said until then.</returns>
    public (bool IsReady, string Said) Wait()
    {
        CloseOutput();
        var said = new StringBuilder();
        while (true)
        {
            var (isNotified, isSaid) = Poll(Forever);
            if (isSaid && !ReadOutput(said))
                return (false, said.ToString());
            if (isNotified && ReadNotification().Contains("READY=1", StringComparison.Ordinal))
                break;
        }
        // What it complained of before it was ready is in the pipe by now.
        while (Poll(0).IsSaid && ReadOutput(said))
        {
        }
        ForgetRest();
        return (true, said.ToString());
    }

    public void Dispose()
    {
        CloseOutput();
        _ = Interop.Close(_socket);
    }

    private void CloseOutput()
    {
        if (Output >= 0)
            _ = Interop.Close(Output);
        Output = -1;
    }

    private (bool IsNotified, bool IsSaid) Poll(int timeoutMs)
    {
        var entries = stackalloc PollEntry[2];
        entries[0] = new PollEntry { Descriptor = _socket, Events = Readable };
        entries[1] = new PollEntry { Descriptor = _reading, Events = Readable };
        return Interop.Poll(entries, 2, timeoutMs) > 0 ? (entries[0].Found != 0, entries[1].Found != 0) : default;
    }

    private string ReadNotification()
    {
        var buffer = new byte[BufferBytes];
        fixed (byte* start = buffer)
        {
            var length = Interop.Receive(_socket, start, BufferBytes, 0);
            return length > 0 ? Encoding.UTF8.GetString(buffer, 0, (int)length) : "";
        }
    }

    /// <returns>False at the end.</returns>
    private bool ReadOutput(StringBuilder said)
    {
        var buffer = new byte[BufferBytes];
        fixed (byte* start = buffer)
        {
            var length = Interop.Read(_reading, start, BufferBytes);
            if (length <= 0)
                return false;
            said.Append(Encoding.UTF8.GetString(buffer, 0, (int)length));
            return true;
        }
    }

    /// <summary>A pipe that nobody reads would stop the service when it is full.</summary>
    private void ForgetRest()
    {
        var reading = _reading;
        var thread = new Thread(() =>
        {
            var buffer = new byte[BufferBytes];
            nint length;
            do
            {
                fixed (byte* start = buffer)
                    length = Interop.Read(reading, start, BufferBytes);
            }
            while (length > 0);
            _ = Interop.Close(reading);
        })
        {
            IsBackground = true,
            Name = "hotplugfs-udev",
        };
        thread.Start();
    }
}
