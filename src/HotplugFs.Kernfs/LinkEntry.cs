namespace HotplugFs.Kernfs;

/// <summary>A link with a fixed name.</summary>
public sealed class LinkEntry : FixedEntry
{
    internal LinkEntry(string name, ShowTarget target, IsVisible? isVisible)
        : base(name, isVisible) => Target = target;

    /// <summary>Makes the target from the number of the directory's object.</summary>
    public ShowTarget Target { get; }
}
