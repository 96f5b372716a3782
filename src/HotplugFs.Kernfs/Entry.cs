using System.Text;

namespace HotplugFs.Kernfs;

/// <summary>One line of a directory's description: a fixed entry, or a family of children that come and go.</summary>
public abstract class Entry
{
    private protected Entry()
    {
    }
}

/// <summary>An entry with a fixed name: a file, a link or a directory.</summary>
public abstract class FixedEntry : Entry
{
    private protected FixedEntry(string name, IsVisible? isVisible)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        NameBytes = Encoding.UTF8.GetBytes(name);
        Visibility = isVisible;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>Which objects have the entry; null if all do.</summary>
    public IsVisible? Visibility { get; }

    internal byte[] NameBytes { get; }

    internal bool IsVisibleIn(int obj) => Visibility is null || Visibility(obj);
}

/// <summary>A link with a fixed name.</summary>
public sealed class LinkEntry : FixedEntry
{
    internal LinkEntry(string name, Target target, IsVisible? isVisible)
        : base(name, isVisible) => Target = target;

    /// <summary>Makes the target from the number of the directory's object.</summary>
    public Target Target { get; }
}

/// <summary>A directory with a fixed name; it has the same object as the directory it is in.</summary>
public sealed class DirectoryEntry : FixedEntry
{
    internal DirectoryEntry(string name, DirectoryType type, IsVisible? isVisible)
        : base(name, isVisible) => Type = type;

    /// <summary>What is in it.</summary>
    public DirectoryType Type { get; }
}
