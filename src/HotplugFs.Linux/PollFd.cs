namespace HotplugFs.Linux;

/// <summary>struct pollfd (poll(2)).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PollFd
{
    /// <summary>The descriptor; a negative one is ignored.</summary>
    public int Descriptor;

    /// <summary>The events to wait for (POLL*).</summary>
    public short Events;

    /// <summary>The events that occurred.</summary>
    public short ReturnedEvents;
}
