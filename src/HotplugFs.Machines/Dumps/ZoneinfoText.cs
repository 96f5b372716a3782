using HotplugFs.Machines.Recordings;

namespace HotplugFs.Machines.Dumps;

/// <summary>Reads <c>/proc/zoneinfo</c>.</summary>
internal static class ZoneinfoText
{
    /// <summary>Returns the zones that span something, by node and name; lines that are damaged are passed over.</summary>
    public static Dictionary<int, Dictionary<string, RecordedZone>> Read(string text)
    {
        var nodes = new Dictionary<int, Dictionary<string, RecordedZone>>();
        var (node, name, zone) = (0, "", new RecordedZone());
        foreach (var line in text.Split('\n'))
        {
            switch (line.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
            {
                case ["Node", var number, "zone", var word]
                    when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed):
                    (node, name, zone) = (parsed, word, new RecordedZone());
                    break;
                case ["spanned", var pages] when Pages(pages) is { } spanned:
                    zone.Spanned = spanned;
                    break;
                case ["present", var pages] when Pages(pages) is { } present:
                    zone.Present = present;
                    break;
                case ["managed", var pages] when Pages(pages) is { } managed:
                    zone.Managed = managed;
                    break;
                case ["start_pfn:", var pages] when zone.Spanned > 0 && name != "Device" && Pages(pages) is { } first:
                    zone.StartPfn = first;
                    zone.Managed ??= zone.Present;
                    nodes.TryAdd(node, []);
                    nodes[node][name] = zone;
                    break;
            }
        }
        return nodes;
    }

    private static long? Pages(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pages) ? pages : null;
}
