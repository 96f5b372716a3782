using HotplugFs.Abi;

namespace HotplugFs.Kernfs;

/// <summary>
/// Children of a directory that come and go: directories of one type, or links. The number of a child's node is made from the
/// child's number and generation and does not name its parent. So directories may be children only of a directory that there is
/// one of; links may be anywhere, and links to the same object from several places share a node.
/// </summary>
public abstract class ChildSet : Entry
{
    private protected ChildSet(IObjectSet objects, DirectoryType? type, Target? target)
    {
        Objects = objects;
        Type = type;
        Target = target;
    }

    /// <summary>Which children there are.</summary>
    public IObjectSet Objects { get; }

    /// <summary>What is in each child; null if they are links.</summary>
    public DirectoryType? Type { get; }

    /// <summary>Makes a child's target; null if they are directories.</summary>
    public Target? Target { get; }

    internal abstract bool TryFind(int parent, ReadOnlySpan<byte> name, out int number);

    internal abstract void AppendName(int parent, int number, TextBuffer text);
}
