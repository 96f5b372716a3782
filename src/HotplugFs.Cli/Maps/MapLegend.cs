using HotplugFs.Cli.Terminals;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Maps;

/// <summary>Explains the letters of a map, those that it has.</summary>
internal static class MapLegend
{
    /// <summary>Returns the lines of the legend, none longer than the columns.</summary>
    public static IReadOnlyList<StyledLine> Draw(IReadOnlyList<MachineMap> maps, int columns, bool hasUnicode)
    {
        var runs = maps.SelectMany(map => map.Nodes).SelectMany(node => node.Runs).ToList();
        List<string> words = [.. ZonesOf(runs).Select(zone => $"{MapWords.Letter(zone)} {zone.Name()}")];
        if (runs.Any(run => run.State == MemoryBlockState.Offline))
            words.Add("small letters: offline, and what it may become");
        if (runs.Any(run => run.State == MemoryBlockState.GoingOffline))
            words.Add("> going offline");
        var kinds = runs.SelectMany(run => run.Used.Select(use => use.Kind).Concat(run.HasKernelPages ? [PageKind.Kernel] : []))
            .DistinctBy(MapWords.Letter).OrderBy(MapWords.Letter).ToList();
        if (runs.Any(run => run.Used.Count > 0))
            words.Add(hasUnicode ? "▁-█ how full" : "1-9, # how full");
        words.AddRange(kinds.Select(kind => $"{MapWords.Letter(kind)} {MapWords.Meaning(kind)}{(Keeps(kind) ? " (cannot move)" : "")}"));
        if (runs.Any(run => run.Zones.Has(ZoneType.Movable)))
            words.Add($"{new MapGlyphs(hasUnicode).Boundary} boundary of Movable");
        return [.. Wrap(words, columns).Select(line => new StyledLine(line, MapGlyphs.Faint))];
    }

    /// <summary>The zones that blocks are in or may become.</summary>
    public static IEnumerable<ZoneType> ZonesOf(IEnumerable<BlockRun> runs) =>
        runs.SelectMany(run => run.ValidZones.Concat(run.AllZones)).Distinct().Order();

    private static bool Keeps(PageKind kind) => kind is PageKind.Kernel or PageKind.Pinned;

    private static IEnumerable<string> Wrap(IEnumerable<string> words, int columns)
    {
        var line = "";
        foreach (var word in words)
        {
            if (line.Length > 0 && line.Length + 3 + word.Length > columns)
            {
                yield return line;
                line = "";
            }
            line += line.Length > 0 ? $"   {word}" : word;
        }
        if (line.Length > 0)
            yield return line;
    }
}
