using HotplugFs.Engine.Pages;
using HotplugFs.Machines.Toml;

namespace HotplugFs.Machines.Files;

/// <summary>Reads the huge pages of nodes and the sizes of huge pages.</summary>
internal sealed class HugePageReader(Architecture architecture, PageSize pageSize, KernelConfig config)
{
    private const string Key = "hugepages";
    private const string Example = "{ \"1G\" = 4 }";

    /// <summary>Reads the huge pages of a node: their number, their number by size, or where the free ones are.</summary>
    public NodeDefinition Read(NodeDefinition node, Section section)
    {
        if (section.IsList(Key))
            return node with { FreeHugePages = [.. section.Texts(Key, "[\"34 Normal 512\"]").Select(text => Place(section, text))] };
        return section.IsTable(Key)
            ? BySize(node, section)
            : node with { HugePages = (int)(section.Integer(Key, 0, int.MaxValue) ?? 0) };
    }

    /// <summary>Reads a size of huge pages that the machine has.</summary>
    /// <returns>The size in KiB; 0 for the default size.</returns>
    public int KiB(Section section, string key, string text)
    {
        var usual = pageSize.DefaultHugePageKiB(config.HugePageSizes);
        if (ByteSize.TryParse(text, out var bytes) && (bytes == (long)usual << 10 || config.HugePageSizes.Any(size => bytes == (long)size << 10)))
            return bytes == (long)usual << 10 ? 0 : (int)(bytes >> 10);
        var known = config.HugePageSizes.Append(usual).Distinct().Order().Select(size => $"\"{ByteSize.Format((long)size << 10)}\"");
        throw section.Error(key, $"the machine has no huge pages of \"{text}\" (known: {string.Join(", ", known)}); hugepage_sizes lists them");
    }

    /// <summary>Reads the places of a load's transparent huge pages, each of which ends with their size, and those of its single pages.</summary>
    public PagesInBlock[] TransparentPlaces(Section section, string key)
    {
        var bytes = (long)pageSize.Bytes << pageSize.PageblockOrder(config.HugePageSizes);
        var (size, unit) = (ByteSize.Format(bytes), (int)(bytes / pageSize.Bytes));
        return [.. section.Texts(key, $"[\"34 Normal {unit} {size}\"]").Select(Place)];

        PagesInBlock Place(string text)
        {
            if (!text.EndsWith($" {size}", StringComparison.Ordinal))
                return LoadReader.Place(section, key, text, architecture);
            var place = LoadReader.Place(section, key, text[..^(size.Length + 1)], architecture);
            return place.Pages % unit == 0
                ? place with { HugePageKiB = (int)(bytes >> 10) }
                : throw section.Error(key, $"\"{text}\" in {key} is no number of huge pages: each has {unit} pages");
        }
    }

    private NodeDefinition BySize(NodeDefinition node, Section section)
    {
        var others = new SortedDictionary<int, int>();
        foreach (var (size, text) in section.Words(Key, Example))
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                throw section.Error(Key, $"the number of huge pages of \"{size}\" must be from 0 to {int.MaxValue}, not {text}; example: {Example}");
            if (KiB(section, Key, size) is > 0 and var other)
                others[other] = count;
            else
                node = node with { HugePages = count };
        }
        return node with { OtherHugePages = [.. others.Select(each => (each.Key, each.Value))] };
    }

    /// <summary>Reads a place of free huge pages, which ends with their size unless that is the default.</summary>
    private PagesInBlock Place(Section section, string text)
    {
        var size = text.Split(' ') is [_, _, _, var last] ? last : null;
        var place = LoadReader.Place(section, Key, size is null ? text : text[..^(size.Length + 1)], architecture);
        return size is null ? place : place with { HugePageKiB = KiB(section, Key, size) };
    }
}
