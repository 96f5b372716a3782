namespace HotplugFs.Kernfs;

/// <summary>Receives the entries of a directory.</summary>
public interface IDirectorySink
{
    /// <summary>Receives one entry.</summary>
    /// <param name="name">Valid during the call only.</param>
    /// <param name="next">The cookie to continue after this entry.</param>
    /// <returns>False if the entry does not fit: it was not taken, and the listing ends here.</returns>
    bool Add(NodeId id, ReadOnlySpan<byte> name, ulong next);
}
