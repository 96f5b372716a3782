using HotplugFs.Engine.Processors;
using HotplugFs.Machines.Toml;

namespace HotplugFs.Machines.Files;

/// <summary>Reads the section <c>[[cpu]]</c>.</summary>
/// <param name="section">The section.</param>
internal sealed class CpuReader(Section section)
{
    private const int CachesMax = 8;
    private const string VulnerabilityExample = "[\"meltdown: Mitigation: PTI\"]";

    /// <summary>Reads the section, and checks that the CPUs of the nodes can be arranged so.</summary>
    public CpuDefinition Read(IReadOnlyList<NodeDefinition> nodes)
    {
        var definition = new CpuDefinition
        {
            Packages = Grouping("packages"),
            Dies = Grouping("dies"),
            Cores = Grouping("cores"),
            Threads = (int)(section.Integer("threads", 1, 64) ?? 1),
            Possible = Numbers("possible"),
            Offline = Numbers("offline"),
            Caches = section.Has("caches") ? Caches() : null,
            Smt = Smt(),
            Vulnerabilities = [.. section.Texts("vulnerabilities", VulnerabilityExample).Select(Vulnerability)],
            Model = new CpuModel
            {
                Vendor = section.Text("vendor_id"),
                Name = section.Text("model_name"),
                Flags = section.Text("flags"),
                Family = (int?)section.Integer("family", 0, int.MaxValue),
                Number = (int?)section.Integer("model", 0, int.MaxValue),
                Stepping = (int?)section.Integer("stepping", 0, int.MaxValue),
                MHz = (int?)section.Integer("mhz", 1, 100_000),
            },
        };
        foreach (var (key, value) in (ReadOnlySpan<(string, string?)>)
            [("vendor_id", definition.Model.Vendor), ("model_name", definition.Model.Name), ("flags", definition.Model.Flags)])
            if (value?.Any(char.IsControl) == true)
                throw section.Error(key, $"{key} must be one line of text");
        var present = nodes.SelectMany(node => node.Cpus).ToHashSet();
        if (definition.Offline.FirstOrDefault(cpu => !present.Contains(cpu), -1) is >= 0 and var absent)
            throw section.Error("offline", $"CPU {absent} is on no node");
        if (present.Count > 0 && definition.Offline.Count == present.Count)
            throw section.Error("offline", "one CPU must be online");
        try
        {
            _ = new CpuTopology(definition, nodes);
        }
        catch (ArgumentException problem)
        {
            throw section.Error("", problem.Message);
        }
        return definition;
    }

    private SmtControl Smt() => section.Text("smt") is not { } word
        ? SmtControl.On
        : SmtControls.Parse(word) ?? throw section.Error("smt", $"smt must be \"on\", \"off\" or \"forceoff\", not \"{word}\"");

    private (string Name, string Text) Vulnerability(string row) => CpuDefinition.TryParseVulnerability(row) is { } found
        ? found
        : throw section.Error("vulnerabilities", $"\"{row}\" is no file of vulnerabilities with its text; example: {VulnerabilityExample}");

    private CpuGrouping? Grouping(string key)
    {
        if (!section.Has(key))
            return null;
        if (!section.IsList(key))
            return new CpuGrouping((int)section.Integer(key, 1, MachineFileReader.CpuMax + 1)!.Value);
        return new CpuGrouping(0, [.. section.Texts(key, "[\"0-3,8-11\", \"4-7,12-15\"]")
            .Select(list => Members(section.RangesIn(key, list, MachineFileReader.CpuMax)))]);
    }

    private int[] Numbers(string key) => Members(section.Ranges(key, MachineFileReader.CpuMax) ?? []);

    private static int[] Members(IEnumerable<(int First, int Last)> ranges) =>
        [.. ranges.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1)).Distinct().Order()];

    private List<CpuCache> Caches()
    {
        List<CpuCache> caches = [];
        foreach (var text in section.Texts("caches", $"[\"{CpuCache.Example}\"]"))
        {
            if (!CpuCache.TryParse(text, out var cache, out var problem))
                throw section.Error("caches", $"\"{text}\" is no cache: {problem}; example: \"{CpuCache.Example}\"");
            caches.Add(cache);
        }
        return caches.Count <= CachesMax ? caches : throw section.Error("caches", $"a CPU has at most {CachesMax} caches, not {caches.Count}");
    }
}
