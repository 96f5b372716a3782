namespace HotplugFs.Machines.Dumps;

/// <summary>A dump in memory, as archives are read.</summary>
internal sealed class TreeDump : IDump
{
    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<string, string> _links = [];
    private readonly Dictionary<string, HashSet<string>> _names = [];

    /// <summary>True if nothing was added.</summary>
    public bool IsEmpty => _names.Count == 0;

    /// <summary>Adds a file; the last one of a name counts.</summary>
    public void AddText(string path, string text)
    {
        _texts[path] = text;
        AddName(path);
    }

    /// <summary>Adds a symbolic link, which is not followed.</summary>
    public void AddLink(string path, string target)
    {
        _links[path] = target;
        AddName(path);
    }

    /// <summary>Adds a directory.</summary>
    public void AddName(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/'))
        {
            if (!_names.TryGetValue(path[..slash], out var names))
                _names.Add(path[..slash], names = []);
            if (!names.Add(path[(slash + 1)..]))
                return;
            path = path[..slash];
        }
    }

    /// <inheritdoc/>
    public string? Read(string path) => _texts.GetValueOrDefault(path);

    /// <inheritdoc/>
    public string? ReadLink(string path) => _links.GetValueOrDefault(path);

    /// <inheritdoc/>
    public IReadOnlyCollection<string> List(string path) => _names.TryGetValue(path, out var names) ? names : [];
}
