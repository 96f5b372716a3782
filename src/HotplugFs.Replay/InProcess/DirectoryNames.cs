using HotplugFs.Kernfs;

namespace HotplugFs.Replay.InProcess;

/// <summary>Receives the entries of a directory, except <c>.</c> and <c>..</c>.</summary>
internal sealed class DirectoryNames : IDirectorySink
{
    public List<(string Name, NodeId Id)> Entries { get; } = [];

    public bool Add(NodeId id, ReadOnlySpan<byte> name, ulong next)
    {
        var text = Encoding.UTF8.GetString(name);
        if (text is not ("." or ".."))
            Entries.Add((text, id));
        return true;
    }
}
