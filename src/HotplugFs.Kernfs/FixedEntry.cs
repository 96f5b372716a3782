namespace HotplugFs.Kernfs;

/// <summary>An entry with a fixed name: a file, a link or a directory.</summary>
public abstract class FixedEntry : Entry
{
    private readonly IsVisible? _isVisible;

    private protected FixedEntry(string name, IsVisible? isVisible)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        NameBytes = Encoding.UTF8.GetBytes(name);
        _isVisible = isVisible;
    }

    /// <summary>The name in its directory.</summary>
    public string Name { get; }

    internal byte[] NameBytes { get; }

    internal bool IsVisibleIn(int obj) => _isVisible is null || _isVisible(obj);
}
