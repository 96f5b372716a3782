namespace HotplugFs.Kernfs.Tests;

/// <summary>Collects the entries of a directory, up to a limit.</summary>
internal sealed class Listing(int limit) : IDirectorySink
{
    public List<string> Names { get; } = [];
    public List<NodeId> Ids { get; } = [];
    public ulong Cookie { get; private set; }
    public int Room { get; set; } = limit;

    public bool Add(NodeId id, ReadOnlySpan<byte> name, ulong next)
    {
        if (Room == 0)
            return false;
        Room--;
        Names.Add(Encoding.UTF8.GetString(name));
        Ids.Add(id);
        Cookie = next;
        return true;
    }
}
