using HotplugFs.Machines.Toml;

namespace HotplugFs.Machines.Files;

/// <summary>Reads what the firmware states about a node: its tier, the access to its memory, and the caches before it.</summary>
/// <param name="find">Returns a node of the machine by its number, or null.</param>
internal sealed class NodeHardwareReader(Func<int, NodeDefinition?> find)
{
    private const string Initiators = "initiators";
    private const string AccessExample = "{ initiators = \"0\", read_bandwidth = 60000, read_latency = 250 }";
    private const string CacheExample = "[{ size = \"16G\", line_size = 64 }]";

    /// <summary>The largest number of a tier.</summary>
    private const int TierMax = (1 << 26) - 1;

    private static readonly string[] CacheKeys = ["size", "line_size", "indexing", "write_policy"];

    /// <summary>Reads the keys of a <c>[[node]]</c>. All nodes must be known already, with <see cref="NodeHardware.IsGenericInitiator"/>.</summary>
    public NodeHardware Read(Section section)
    {
        var hardware = new NodeHardware
        {
            Tier = (int?)section.Integer("memory_tier", 0, TierMax),
            IsGenericInitiator = IsGenericInitiator(section),
            Access = Access(section, "access0", needsCpus: false),
            CpuAccess = Access(section, "access1", needsCpus: true),
            SideCaches = SideCaches(section),
        };
        return hardware.SideCaches.Count == 0 && hardware with { SideCaches = NodeHardware.Plain.SideCaches } == NodeHardware.Plain
            ? NodeHardware.Plain
            : hardware;
    }

    public static bool IsGenericInitiator(Section section) => section.Flag("generic_initiator") ?? false;

    private NodeAccess? Access(Section section, string key, bool needsCpus)
    {
        if (!section.Has(key))
            return null;
        var words = section.Words(key, AccessExample);
        var figures = new int[NodeAccess.FigureNames.Count];
        int[]? initiators = null;
        foreach (var (name, value) in words)
        {
            var figure = NodeAccess.FigureNames.ToList().IndexOf(name);
            if (figure >= 0)
                figures[figure] = Number(section, key, name, value, int.MaxValue);
            else if (name == Initiators)
                initiators = InitiatorsOf(section, key, value, needsCpus);
            else
                throw section.Error(key, Unknown(key, name, [Initiators, .. NodeAccess.FigureNames], AccessExample));
        }
        return initiators is { Length: > 0 }
            ? new NodeAccess(initiators) { Figures = figures }
            : throw section.Error(key, $"{key} needs the nodes from which the memory is accessed; example: {key} = {AccessExample}");
    }

    private int[] InitiatorsOf(Section section, string key, string list, bool needsCpus)
    {
        var nodes = new SortedSet<int>();
        foreach (var (first, last) in section.RangesIn(key, list, NodeDefinition.MaxNumber))
        {
            for (var number = first; number <= last; number++)
            {
                if (find(number) is not { } node)
                    throw section.Error(key, $"unknown node {number} in {key}; [[node]] adds a node");
                if (node.Cpus.Count == 0 && (needsCpus || !node.Hardware.IsGenericInitiator))
                {
                    var wanted = needsCpus ? "an initiator of access1 must have some" : "give it cpus or generic_initiator = true";
                    throw section.Error(key, $"node {number} in {key} has no CPU; {wanted}");
                }
                nodes.Add(number);
            }
        }
        return [.. nodes];
    }

    private static SideCache[] SideCaches(Section section)
    {
        const string key = "side_caches";
        var tables = section.Tables(key, CacheExample);
        if (tables.Count > SideCache.LevelMax)
            throw section.Error(key, $"side_caches has {tables.Count} levels; a node can have {SideCache.LevelMax}");
        return [.. tables.Select(table => Cache(section, key, table))];
    }

    private static SideCache Cache(Section section, string key, IReadOnlyList<(string Key, string Value)> words)
    {
        foreach (var (name, _) in words)
            if (Array.IndexOf(CacheKeys, name) < 0)
                throw section.Error(key, Unknown(key, name, CacheKeys, CacheExample));
        string? Of(string name) => words.FirstOrDefault(word => word.Key == name).Value;
        int NumberOf(string name, int usual, int max) => Of(name) is { } value ? Number(section, key, name, value, max) : usual;
        if (Of("size") is not { } text || !ByteSize.TryParse(text, out var size) || size == 0)
            throw section.Error(key, $"each of side_caches needs a size in bytes; example: {key} = {CacheExample}");
        return new SideCache(
            size, NumberOf("line_size", 64, 1 << 16), NumberOf("indexing", 0, byte.MaxValue), NumberOf("write_policy", 0, byte.MaxValue));
    }

    private static string Unknown(string key, string name, string[] known, string example) =>
        $"unknown word \"{name}\" in {key}{Nearest.Hint(name, known)}; example: {key} = {example}";

    private static int Number(Section section, string key, string name, string value, int max) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max
            ? number
            : throw section.Error(key, $"{name} in {key} must be a number from 0 to {max}, not \"{value}\"");
}
