using HotplugFs.Cli.Daemon;
using Microsoft.Win32.SafeHandles;

namespace HotplugFs.Cli.Running;

/// <summary>The socket on which a systemd service reports that it is ready (sd_notify(3)), and a pipe for its output.</summary>
internal sealed class UdevReadiness : IDisposable
{
    /// <summary>The environment variable that names the socket.</summary>
    public const string Variable = "NOTIFY_SOCKET";

    private const int BufferBytes = 4096;

    /// <summary>An abstract name (unix(7)). It belongs to the network namespace, which is private.</summary>
    private const string Name = "hotplugfs-udev";

    private readonly int _socket;
    private readonly int _reading;
    private Thread? _forwarding;

    private UdevReadiness(int socket, int reading, int writing)
    {
        _socket = socket;
        _reading = reading;
        Output = writing;
    }

    /// <summary>The writing end of the pipe, for the service.</summary>
    public int Output { get; private set; }

    /// <summary>The value of the environment variable.</summary>
    public string Address => "@" + Name;

    /// <summary>Creates the socket and the pipe.</summary>
    public static UdevReadiness Create()
    {
        var socket = SysSocket.Socket(SysSocket.AF_UNIX, SysSocket.SOCK_DGRAM | SysSocket.SOCK_CLOEXEC);
        var bound = socket.IsOk ? SysSocket.BindAbstract(socket.Value, Name) : socket.Error;
        if (!bound.IsOk)
            throw new CommandException($"cannot create a socket for systemd-udevd: {bound.Error.Text()}");
        var (reading, writing) = Pipe.Create();
        return new UdevReadiness(socket.Value, reading, writing);
    }

    /// <summary>Waits until the service is ready or has exited. Its later output is for <see cref="ForwardTo"/>.</summary>
    /// <returns>Whether the service is ready, and its output until then.</returns>
    public (bool IsReady, string Text) Wait()
    {
        CloseOutput();
        var text = new StringBuilder();
        while (true)
        {
            var (isNotified, hasOutput) = WaitForEvents(Poll.Forever);
            if (hasOutput && !ReadOutput(text))
                return (false, text.ToString());
            if (isNotified && ReadNotification().Contains("READY=1", StringComparison.Ordinal))
                break;
        }
        // What the service wrote before it was ready is in the pipe by now.
        while (WaitForEvents(0).HasOutput && ReadOutput(text))
        {
        }
        return (true, text.ToString());
    }

    /// <summary>Writes each further line of the service to a descriptor, after the service's name, except <see cref="IsLostCredential"/>.</summary>
    public void ForwardTo(int errors)
    {
        _forwarding = new Thread(() =>
        {
            using var output = new StreamReader(new FileStream(new SafeFileHandle(_reading, ownsHandle: true), FileAccess.Read, bufferSize: 0));
            while (output.ReadLine() is { } line)
            {
                if (!IsLostCredential(line))
                    _ = Unistd.Write(errors, Encoding.UTF8.GetBytes($"systemd-udevd: {line}\n"));
            }
        })
        { IsBackground = true, Name = "hotplugfs-udev" };
        _forwarding.Start();
    }

    /// <summary>Whether a line reports that a message of <c>udevadm</c> has no sender, which no rule can cause or prevent.</summary>
    /// <remarks>
    /// systemd-udevd asks for credentials (SO_PASSCRED, unix(7)) after it has accepted a connection. A message that is sent between the two
    /// has none, and its user reads as 65534. About one <c>udevadm settle</c> in 1,000 meets this with systemd 252; it still waits.
    /// </remarks>
    internal static bool IsLostCredential(string line) =>
        line.StartsWith("Invalid sender uid 65534, ignoring message", StringComparison.OrdinalIgnoreCase);

    /// <summary>Waits until the service has exited and its output is forwarded.</summary>
    public void Dispose()
    {
        CloseOutput();
        _forwarding?.Join();
        _ = Unistd.Close(_socket);
    }

    private void CloseOutput()
    {
        if (Output >= 0)
            _ = Unistd.Close(Output);
        Output = -1;
    }

    private (bool IsNotified, bool HasOutput) WaitForEvents(int timeoutMs)
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

    /// <returns>False at the end of the output.</returns>
    private bool ReadOutput(StringBuilder text)
    {
        var buffer = new byte[BufferBytes];
        if (Unistd.Read(_reading, buffer) is not { IsOk: true, Value: > 0 and var length })
            return false;
        text.Append(Encoding.UTF8.GetString(buffer, 0, length));
        return true;
    }
}
