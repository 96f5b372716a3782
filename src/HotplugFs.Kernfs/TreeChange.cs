namespace HotplugFs.Kernfs;

/// <summary>
/// Names that were added to or removed from one directory. Adjacent numbers share one change, so that plugging a large range needs little
/// memory. May be read by any thread.
/// </summary>
public readonly record struct TreeChange
{
    private readonly string? _name;
    private readonly NumberedChildren? _children;
    private readonly int _first;

    /// <summary>A change of the attributes of a node, without one of a name.</summary>
    internal TreeChange(NodeId node) => Parent = node;

    internal TreeChange(NodeId parent, string name)
    {
        Parent = parent;
        _name = name;
        Count = 1;
    }

    internal TreeChange(NodeId parent, NumberedChildren children, int first, int count)
    {
        Parent = parent;
        _children = children;
        _first = first;
        Count = count;
    }

    /// <summary>The directory.</summary>
    public NodeId Parent { get; }

    /// <summary>The number of names.</summary>
    public int Count { get; }

    /// <summary>Appends a name of the directory that may have changed.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    public void AppendName(int index, TextBuffer text)
    {
        if (_children is null)
            text.Append(_name!);
        else
            _children.AppendName(0, _first + index, text);
    }

    /// <summary>This change extended by one child; null if the child is not adjacent to it.</summary>
    internal TreeChange? JoinedBy(NodeId parent, NumberedChildren children, int number)
    {
        if (_children != children || Parent != parent)
            return null;
        if (number == _first + Count)
            return new TreeChange(parent, children, _first, Count + 1);
        if (number == _first - 1)
            return new TreeChange(parent, children, number, Count + 1);
        return null;
    }
}
