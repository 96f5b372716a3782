namespace HotplugFs.Fuse.Bridge;

/// <summary>The requests whose store waits for something, in the order of their arrival. Each is handled again until it is answered.</summary>
internal sealed class WaitingRequests
{
    private readonly List<byte[]> _requests = [];

    /// <summary>True if no request waits.</summary>
    public bool IsEmpty => _requests.Count == 0;

    /// <summary>Keeps a request that was handled without an answer, unless it is kept already.</summary>
    public void Keep(Request request)
    {
        if (Find(request.Header.Unique) < 0)
            _requests.Add(request.Bytes.ToArray());
    }

    /// <summary>Forgets a request that was answered.</summary>
    public void Forget(ulong unique)
    {
        if (Find(unique) is >= 0 and var index)
            _requests.RemoveAt(index);
    }

    /// <summary>The requests that wait now.</summary>
    public byte[][] ToArray() => [.. _requests];

    private int Find(ulong unique) => _requests.FindIndex(request => new Request(request).Header.Unique == unique);
}
