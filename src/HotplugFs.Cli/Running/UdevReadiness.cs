using System.Text;
using HotplugFs.Abi;
using HotplugFs.Cli.Daemon;
using HotplugFs.Linux;

namespace HotplugFs.Cli.Running;

/// <summary>How a service of systemd says that it is ready (sd_notify(3)), and a pipe for all that it says besides.</summary>
internal sealed class UdevReadiness : IDisposable
{
    /// <summary>The variable that tells a service where to say so.</summary>
    public const string Variable = "NOTIFY_SOCKET";

    private const int BufferBytes = 4096;

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
        var socket = SysSocket.Socket(SysSocket.AF_UNIX, SysSocket.SOCK_DGRAM | SysSocket.SOCK_CLOEXEC);
        var bound = socket.IsOk ? SysSocket.BindAbstract(socket.Value, Name) : socket.Error;
        if (!bound.IsOk)
            throw new RunException($"no socket for systemd-udevd to say that it is ready: {bound.Error.Text()}");
        var (reading, writing) = Pipe.Create();
        return new UdevReadiness(socket.Value, reading, writing);
    }

    /// <summary>Waits until the service is ready or has ended. What it says after that is read and forgotten.</summary>
    /// <returns>Whether it is ready, and what it has said until then.</returns>
    public (bool IsReady, string Said) Wait()
    {
        CloseOutput();
        var said = new StringBuilder();
        while (true)
        {
            var (isNotified, isSaid) = WaitForEvents(Poll.Forever);
            if (isSaid && !ReadOutput(said))
                return (false, said.ToString());
            if (isNotified && ReadNotification().Contains("READY=1", StringComparison.Ordinal))
                break;
        }
        // What it complained of before it was ready is in the pipe by now.
        while (WaitForEvents(0).IsSaid && ReadOutput(said))
        {
        }
        ForgetRest();
        return (true, said.ToString());
    }

    public void Dispose()
    {
        CloseOutput();
        _ = Unistd.Close(_socket);
    }

    private void CloseOutput()
    {
        if (Output >= 0)
            _ = Unistd.Close(Output);
        Output = -1;
    }

    private (bool IsNotified, bool IsSaid) WaitForEvents(int timeoutMs)
    {
        Span<PollFd> entries =
        [
            new() { Descriptor = _socket, Events = Poll.POLLIN },
            new() { Descriptor = _reading, Events = Poll.POLLIN },
        ];
        return Poll.Wait(entries, timeoutMs).IsOk ? (entries[0].ReturnedEvents != 0, entries[1].ReturnedEvents != 0) : default;
    }

    private string ReadNotification()
    {
        var buffer = new byte[BufferBytes];
        var length = SysSocket.Receive(_socket, buffer);
        return length.IsOk ? Encoding.UTF8.GetString(buffer, 0, length.Value) : "";
    }

    /// <returns>False at the end.</returns>
    private bool ReadOutput(StringBuilder said)
    {
        var buffer = new byte[BufferBytes];
        if (Unistd.Read(_reading, buffer) is not { IsOk: true, Value: > 0 and var length })
            return false;
        said.Append(Encoding.UTF8.GetString(buffer, 0, length));
        return true;
    }

    /// <summary>A pipe that nobody reads would stop the service when it is full.</summary>
    private void ForgetRest()
    {
        var reading = _reading;
        var thread = new Thread(() =>
        {
            var buffer = new byte[BufferBytes];
            while (Unistd.Read(reading, buffer) is { IsOk: true, Value: > 0 })
            {
            }
            _ = Unistd.Close(reading);
        })
        {
            IsBackground = true,
            Name = "hotplugfs-udev",
        };
        thread.Start();
    }
}
