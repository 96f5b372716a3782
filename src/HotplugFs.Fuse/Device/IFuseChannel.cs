namespace HotplugFs.Fuse.Device;

/// <summary>
/// The connection to the kernel's FUSE driver: /dev/fuse, or the byte arrays of a test. One thread reads; any thread may write.
/// </summary>
public interface IFuseChannel : IDisposable
{
    /// <summary>Waits until there is something to read, but not longer than a time.</summary>
    /// <returns>False if the time has passed.</returns>
    bool WaitForRequest(TimeSpan time);

    /// <summary>Waits for one request and reads it.</summary>
    /// <returns>The length of the request; ENODEV if the file system was unmounted; EINTR, EAGAIN or ENOENT if the caller should try
    /// again.</returns>
    Result<int> Read(Span<byte> buffer);

    /// <summary>Sends one reply or notification.</summary>
    /// <returns>Success; ENOENT if the caller no longer waits for the reply, or if the kernel does not know the subject of a
    /// notification.</returns>
    Result Write(ReadOnlySpan<byte> message);
}
