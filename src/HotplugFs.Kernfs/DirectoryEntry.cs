namespace HotplugFs.Kernfs;

/// <summary>A directory with a fixed name. It belongs to the same object as the directory that contains it.</summary>
public sealed class DirectoryEntry : FixedEntry
{
    internal DirectoryEntry(string name, DirectoryType type, IsVisible? isVisible)
        : base(name, isVisible) => Type = type;

    /// <summary>The contents.</summary>
    public DirectoryType Type { get; }
}
