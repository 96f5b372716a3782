namespace HotplugFs.Linux;

/// <summary>poll.h.</summary>
public static partial class Poll
{
    /// <summary>Data can be read.</summary>
    public const short POLLIN = 1;
    /// <summary>An exceptional event: a file of sysfs or the table of mounts has changed.</summary>
    public const short POLLPRI = 2;
    /// <summary>Data can be written.</summary>
    public const short POLLOUT = 4;

    /// <summary>In place of a timeout: wait without a limit.</summary>
    public const int Forever = -1;

    /// <summary>Waits until an event occurs on a descriptor (poll(2)).</summary>
    /// <param name="timeoutMs">Milliseconds; <see cref="Forever"/> or 0 to return at once.</param>
    /// <returns>The number of entries with events; 0 after the timeout; EINTR after a signal.</returns>
    public static Result<int> Wait(Span<PollFd> entries, int timeoutMs) =>
        Libc.Value(poll(ref MemoryMarshal.GetReference(entries), (ulong)entries.Length, timeoutMs));

    /// <inheritdoc cref="Wait(Span{PollFd}, int)"/>
    public static Result<int> Wait(ref PollFd entry, int timeoutMs) => Libc.Value(poll(ref entry, 1, timeoutMs));

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int poll(ref PollFd fds, ulong nfds, int timeout);
}
