using HotplugFs.Abi;

namespace HotplugFs.Fuse;

/// <summary>
/// Where requests come from and where replies and notifications go: /dev/fuse, or a test's own list of bytes. One thread reads;
/// any thread may write.
/// </summary>
public interface IFuseChannel : IDisposable
{
    /// <summary>Waits for one request and reads it.</summary>
    /// <param name="buffer">Where to put it.</param>
    /// <returns>Its length; ENODEV when the file system was unmounted; EINTR, EAGAIN and ENOENT ask to try again.</returns>
    Result<int> Read(Span<byte> buffer);

    /// <summary>Sends one whole message.</summary>
    /// <param name="message">A reply or a notification.</param>
    /// <returns>Success; ENOENT if nobody waits for the reply any more, or if the kernel knows nothing of what a notification
    /// is about.</returns>
    Result Write(ReadOnlySpan<byte> message);
}
