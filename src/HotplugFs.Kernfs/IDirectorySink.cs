namespace HotplugFs.Kernfs;

/// <summary>Takes the entries of a directory.</summary>
public interface IDirectorySink
{
    /// <summary>Takes one entry.</summary>
    /// <param name="id">The node.</param>
    /// <param name="name">Its name; valid during the call only.</param>
    /// <param name="next">The cookie to go on behind this entry.</param>
    /// <returns>False if there is no room: the entry was not taken and the listing ends here.</returns>
    bool Add(NodeId id, ReadOnlySpan<byte> name, ulong next);
}
