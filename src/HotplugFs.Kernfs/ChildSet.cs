namespace HotplugFs.Kernfs;

/// <summary>
/// Dynamic children of a directory: directories of one type, links, or device files. The number of a child's node is made from the child's number and
/// generation and does not name its directory. A set of directories is therefore allowed only in a directory with a single instance. Links
/// and device files are allowed anywhere; links to the same object share a node.
/// </summary>
public abstract class ChildSet : Entry
{
    private protected ChildSet(IObjectSet objects, DirectoryType? type, ShowTarget? target)
    {
        Objects = objects;
        Type = type;
        Target = target;
    }

    /// <summary>The objects that the children stand for.</summary>
    public IObjectSet Objects { get; }

    /// <summary>The contents of each child; null if the children are no directories.</summary>
    public DirectoryType? Type { get; }

    /// <summary>Makes a child's target; null if the children are no links.</summary>
    public ShowTarget? Target { get; }

    /// <summary>Returns the device number of a child; null if the children are no device files.</summary>
    public DeviceOf? Device { get; private protected init; }

    /// <summary>Returns the number of the object that a name stands for. Of a numbered child the object need not exist.</summary>
    /// <param name="parent">The object of the directory that contains the children; 0 if it has a single instance.</param>
    /// <param name="name">The name in UTF-8.</param>
    /// <returns>False if no child can have this name.</returns>
    public abstract bool TryFind(int parent, ReadOnlySpan<byte> name, out int number);

    internal abstract void AppendName(int parent, int number, TextBuffer text);
}
