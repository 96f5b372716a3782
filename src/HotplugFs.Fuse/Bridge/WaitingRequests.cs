namespace HotplugFs.Fuse.Bridge;

/// <summary>
/// The requests whose store or show waits for something, in the order of their arrival. Each is handled again until it is answered.
/// </summary>
internal sealed class WaitingRequests
{
    private readonly List<WaitingRequest> _requests = [];

    /// <summary>True if no request waits.</summary>
    public bool IsEmpty => _requests.Count == 0;

    /// <summary>Keeps a request that was handled without an answer, unless it is kept already.</summary>
    public void Keep(Request request)
    {
        if (Find(request.Header.Unique) is null)
            _requests.Add(new WaitingRequest(request.Bytes.ToArray()));
    }

    /// <summary>Finds a request that waits, by its number.</summary>
    public WaitingRequest? Find(ulong unique) => _requests.Find(waiting => waiting.Unique == unique);

    /// <summary>Forgets a request that was answered.</summary>
    public void Forget(WaitingRequest request) => _requests.Remove(request);

    /// <summary>The requests that wait now.</summary>
    public WaitingRequest[] ToArray() => [.. _requests];
}

/// <summary>A copy of a request, and what happened to its caller since it arrived.</summary>
internal sealed class WaitingRequest(byte[] message)
{
    public byte[] Message => message;

    public ulong Unique { get; } = new Request(message).Header.Unique;

    /// <summary>True if a signal has reached the caller.</summary>
    public bool IsInterrupted { get; set; }
}
