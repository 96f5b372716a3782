using HotplugFs.Engine.Pages;
using HotplugFs.Machines.Toml;

namespace HotplugFs.Machines.Files;

/// <summary>Reads what uses the memory of a machine: its loads, and its page descriptors.</summary>
/// <param name="nodeOf">Reads the node of a section.</param>
/// <param name="hugePages">Reads sizes of huge pages.</param>
internal sealed class LoadReader(Architecture architecture, Func<Section, int> nodeOf, HugePageReader hugePages)
{
    private const string PagesExample = "[\"34 Normal 512\"]";

    private readonly Dictionary<string, int> _lineOfId = [];

    /// <summary>Reads a <c>[[load]]</c>, whose keys are the words of <c>hotplugfs/load/start</c>.</summary>
    public LoadDefinition Read(Section section)
    {
        var id = section.Text("id") ?? throw section.Missing("id", "\"app\"");
        if (!LoadDefinition.IsId(id))
            throw section.Error("id", $"invalid load name \"{id}\" (allowed: {LoadDefinition.IdForm})");
        if (!_lineOfId.TryAdd(id, section.Line))
            throw section.Error("id", $"duplicate load {id}; the first is in line {_lineOfId[id]}");
        var (kindWord, policyWord) = (section.Text("kind") ?? PageKind.Anon.Name(), section.Text("policy") ?? MemoryPolicy.Prefer.Word());
        if (!PageKinds.TryParse(kindWord, out var kind))
            throw section.Error("kind", $"unknown kind \"{kindWord}\"{Nearest.Hint(kindWord, [.. PageKinds.LoadKinds])}");
        if (!MemoryPolicies.TryParse(policyWord, out var policy))
            throw section.Error("policy", $"unknown policy \"{policyWord}\"{Nearest.Hint(policyWord, [.. MemoryPolicies.Words])}");
        var size = section.Bytes("size") ?? throw section.Missing("size", "\"300M\"");
        return new LoadDefinition(id, kind, size, nodeOf(section), policy)
        {
            Churn = (int)(section.Integer("churn", 0, Loads.ChurnMax) ?? 0),
            HugePageKiB = HugePageKiB(section, kind),
            Seed = (int)(section.Integer("seed", 0, int.MaxValue) ?? 1),
            Places = kind == PageKind.Thp ? hugePages.TransparentPlaces(section, "pages") : Places(section, "pages", architecture),
        };
    }

    /// <summary>Reads the size of a load's huge pages; 0 for the default size.</summary>
    private int HugePageKiB(Section section, PageKind kind)
    {
        if (section.Text("hugepage_size") is not { } size)
            return 0;
        return kind == PageKind.Hugetlb
            ? hugePages.KiB(section, "hugepage_size", size)
            : throw section.Error("hugepage_size", "only a load of kind \"hugetlb\" has a hugepage_size");
    }

    /// <summary>Reads where the page descriptors of a node's devices are.</summary>
    public static NodeDefinition WithPageDescriptors(NodeDefinition node, Section section, Architecture architecture) =>
        node with { PageDescriptors = Places(section, "page_descriptors", architecture) };

    private static PagesInBlock[] Places(Section section, string key, Architecture architecture) =>
        [.. section.Texts(key, PagesExample).Select(text => Place(section, key, text, architecture))];

    /// <summary>Reads a number of pages of a block.</summary>
    internal static PagesInBlock Place(Section section, string key, string text, Architecture architecture)
    {
        if (text.Split(' ') is [var block, var zone, var pages]
            && int.TryParse(block, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= BlockId.MaxNumber
            && ZoneNames.TryParse(zone, out var type) && architecture.ZoneTypes.Contains(type)
            && int.TryParse(pages, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0)
            return new PagesInBlock(new BlockId(number), type, count);
        throw section.Error(key, $"\"{text}\" in {key} is not a block, its zone and a number of pages; example: {PagesExample}");
    }
}
