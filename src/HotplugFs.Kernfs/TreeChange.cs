using HotplugFs.Abi;

namespace HotplugFs.Kernfs;

/// <summary>
/// Names that came or went in one directory. Neighbouring numbers share one entry, so that plugging a large range costs no memory.
/// May be read by any thread.
/// </summary>
public readonly record struct TreeChange
{
    private readonly string? _name;
    private readonly ChildSet? _childSet;
    private readonly int _first;

    internal TreeChange(NodeId parent, string name)
    {
        Parent = parent;
        _name = name;
        Count = 1;
    }

    internal TreeChange(NodeId parent, NumberedChildren family, int first, int count)
    {
        Parent = parent;
        _childSet = family;
        _first = first;
        Count = count;
    }

    /// <summary>The directory.</summary>
    public NodeId Parent { get; }

    /// <summary>How many names.</summary>
    public int Count { get; }

    /// <summary>Adds one of the names.</summary>
    /// <param name="index">Which, from 0.</param>
    /// <param name="text">Where to add.</param>
    public void AppendName(int index, TextBuffer text)
    {
        if (_childSet is null)
            text.Append(_name!);
        else
            _childSet.AppendName(0, _first + index, text);
    }

    internal TreeChange? JoinedBy(NodeId parent, NumberedChildren family, int number)
    {
        if (_childSet != family || Parent != parent)
            return null;
        if (number == _first + Count)
            return new TreeChange(parent, family, _first, Count + 1);
        if (number == _first - 1)
            return new TreeChange(parent, family, number, Count + 1);
        return null;
    }
}
