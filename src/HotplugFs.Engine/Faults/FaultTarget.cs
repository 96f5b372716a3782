namespace HotplugFs.Engine.Faults;

/// <summary>What a fault applies to: a range of blocks, a node with its blocks, a DIMM with its blocks, or everything.</summary>
/// <param name="Blocks">The numbers of the first and the last block; null unless blocks are meant. They need not exist.</param>
/// <param name="Node">The number of the node; null unless a node is meant.</param>
/// <param name="Dimm">The name of the DIMM; null unless a DIMM is meant.</param>
public readonly record struct FaultTarget((int First, int Last)? Blocks, int? Node, string? Dimm)
{
    /// <summary>The forms of a target, for messages.</summary>
    public const string Form = "memory43, memory40-47, node1, dimm:ID or any";

    private const string AnyWord = "any";
    private const string BlockPrefix = "memory";
    private const string NodePrefix = "node";
    private const string DimmPrefix = "dimm:";

    /// <summary>Everything.</summary>
    public static FaultTarget Any => default;

    /// <summary>A single block, present or not.</summary>
    public static FaultTarget Block(int number) => new((number, number), null, null);

    /// <summary>True if everything is meant.</summary>
    public bool IsAny => this == Any;

    /// <summary>Parses one of the forms of <see cref="Form"/>.</summary>
    public static bool TryParse(string text, out FaultTarget target)
    {
        target = Any;
        if (text == AnyWord)
            return true;
        if (text.StartsWith(DimmPrefix, StringComparison.Ordinal))
        {
            target = new FaultTarget(null, null, text[DimmPrefix.Length..]);
            return ObjectNames.IsName(target.Dimm!);
        }
        if (text.StartsWith(NodePrefix, StringComparison.Ordinal))
        {
            var isNode = TryNumber(text[NodePrefix.Length..], NumaNode.MaxNumber, out var node);
            target = new FaultTarget(null, node, null);
            return isNode;
        }
        if (!text.StartsWith(BlockPrefix, StringComparison.Ordinal))
            return false;
        var ends = text[BlockPrefix.Length..].Split('-');
        if (ends.Length > 2 || !TryNumber(ends[0], BlockId.MaxNumber, out var first) || !TryNumber(ends[^1], BlockId.MaxNumber, out var last))
            return false;
        target = new FaultTarget((first, last), null, null);
        return first <= last;
    }

    /// <summary>True if this target includes everything that the other does, whatever node and DIMM its blocks belong to.</summary>
    public bool Covers(FaultTarget other) => IsAny || this == other
        || Blocks is { } mine && other.Blocks is { } others && mine.First <= others.First && mine.Last >= others.Last;

    /// <summary>True if the target includes a subject.</summary>
    public bool Includes(in FaultSubject subject) => this switch
    {
        { Blocks: var (first, last) } => first <= subject.LastBlock && last >= subject.FirstBlock,
        { Node: { } node } => node == subject.Node,
        { Dimm: { } dimm } => dimm == subject.Dimm,
        _ => true,
    };

    /// <inheritdoc/>
    public override string ToString() => this switch
    {
        { Blocks: var (first, last) } => first == last ? $"{BlockPrefix}{first}" : $"{BlockPrefix}{first}-{last}",
        { Node: { } node } => $"{NodePrefix}{node}",
        { Dimm: { } dimm } => $"{DimmPrefix}{dimm}",
        _ => AnyWord,
    };

    private static bool TryNumber(string digits, int max, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= max;
}

/// <summary>What an operation is about to change or read.</summary>
/// <param name="FirstBlock">The first block of it; -1 if there is none.</param>
/// <param name="LastBlock">The last block of it; -1 if there is none.</param>
/// <param name="Node">The number of its node; -1 if there is none.</param>
/// <param name="Dimm">The name of its DIMM, or null.</param>
public readonly record struct FaultSubject(int FirstBlock, int LastBlock, int Node, string? Dimm);
