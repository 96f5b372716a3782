using HotplugFs.Machines.Toml;

namespace HotplugFs.Machines.Files;

/// <summary>Reads on which nodes the last pages of a block are.</summary>
/// <param name="hasNode">True for the number of a node that the file has.</param>
/// <param name="zoneOf">Reads the word of a zone.</param>
internal sealed class NodePartReader(MemoryMap map, Func<int, bool> hasNode, Func<Section, string, ZoneType> zoneOf)
{
    private const string Key = "other_nodes";
    private const string Example = $"{Key} = [{MachineFileKinds.NodePartExample}]";
    private static readonly string[] Words = ["node", "pages", "zone"];

    /// <summary>Returns the parts, ascending; none for a block on one node.</summary>
    /// <exception cref="MachineFileException">They do not divide a block of boot memory.</exception>
    public NodePart[] Read(Section section, MemoryRange range)
    {
        NodePart[] parts = [.. section.Tables(Key, MachineFileKinds.NodePartExample).Select(words => Part(section, range, words))];
        if (parts.Length == 0)
            return parts;
        if (range is not { Count: 1, IsBoot: true, HotAdded: false, State: MemoryBlockState.Online, Zones.IsSingle: true })
            throw section.Error(Key,
                "only a single online block of boot memory in one zone can be on several nodes; give it a [[memory]] of its own");
        if (range.HolePages > 0)
            throw section.Error("hole_pages", "a block on several nodes can have no holes");
        if (parts.Sum(part => part.Pages) is var pages && pages >= map.PagesPerBlock)
            throw section.Error(Key, $"the other nodes have {pages} pages of a block of {map.PagesPerBlock}; node {range.Node} needs some, too");
        if (parts.Append(new NodePart(range.Node, 0, default)).GroupBy(part => part.Node).FirstOrDefault(node => node.Count() > 1) is { } twice)
            throw section.Error(Key, $"node {twice.Key} has two parts of the block; a node can have one");
        return parts;
    }

    private NodePart Part(Section section, MemoryRange range, IReadOnlyList<(string Key, string Value)> words)
    {
        foreach (var (name, _) in words)
            if (Array.IndexOf(Words, name) < 0)
                throw section.Error(Key, $"unknown word \"{name}\" in {Key}{Nearest.Hint(name, Words)}; example: {Example}");
        string? Of(string name) => words.FirstOrDefault(word => word.Key == name).Value;
        if (!TryRead(Of("node"), out var node) || !TryRead(Of("pages"), out var pages))
            throw section.Error(Key, $"each of {Key} needs a node and a number of pages; example: {Example}");
        if (!hasNode(node))
            throw section.Error(Key, $"unknown node {node} in {Key}; [[node]] adds a node");
        if (pages <= 0 || pages % map.PagesPerPageblock != 0)
            throw section.Error(Key, $"pages in {Key} must be a multiple of a pageblock's {map.PagesPerPageblock}, not {pages}");
        return new NodePart(node, pages, Of("zone") is { } zone ? zoneOf(section, zone) : range.Zones.Lowest);
    }

    private static bool TryRead(string? word, out int number) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
