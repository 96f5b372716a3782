namespace HotplugFs.Kernfs;

/// <summary>
/// One directory of the tree as written, or one family of links: what a node's kind stands for. A type used in several
/// places, such as <c>power</c>, makes a place for each, so that their nodes have different numbers.
/// </summary>
internal sealed class NodeKind
{
    /// <summary>The number of the place, from 1.</summary>
    internal required int Kind { get; init; }

    /// <summary>Where the directory or the links are; null for the root.</summary>
    internal required NodeKind? Parent { get; init; }

    /// <summary>The family whose children are here; null for a fixed directory.</summary>
    internal required ChildSet? ChildSet { get; init; }

    /// <summary>The family of directories whose objects decide whether nodes here exist; null where there is one of each.</summary>
    internal required ChildSet? Owner { get; init; }

    /// <summary>What is in the directory; null for links.</summary>
    internal required DirectoryType? Type { get; init; }

    /// <summary>The places of fixed subdirectories, by index of their entry; null at other entries.</summary>
    internal NodeKind?[] Subdirectories { get; set; } = [];

    /// <summary>The places of families, by their index.</summary>
    internal NodeKind[] ChildSets { get; set; } = [];
}
