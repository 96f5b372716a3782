using HotplugFs.Cli.Terminals;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Maps;

/// <summary>The characters of a map in a terminal. Each stands alone, so that a map without colors shows the same.</summary>
internal sealed class MapGlyphs(bool hasUnicode)
{
    /// <summary>For what stands back.</summary>
    public static readonly Style Faint = new(Foreground: 244);

    /// <summary>For titles.</summary>
    public static readonly Style Strong = new(IsBold: true);

    /// <summary>For what keeps a block, and for the boundary.</summary>
    public static readonly Style Warning = new(Foreground: 166, IsBold: true);

    private const string Eighths = " ▁▂▃▄▅▆▇█";

    /// <summary>A line between nodes.</summary>
    public char Rule => hasUnicode ? '─' : '-';

    /// <summary>Between two blocks where zone Movable begins or ends.</summary>
    public string Boundary => hasUnicode ? "┃" : "|";

    /// <summary>The left end of a DIMM.</summary>
    public string BracketStart => hasUnicode ? "└" : "`";

    /// <summary>The right end of a DIMM.</summary>
    public string BracketEnd => hasUnicode ? "┘" : "'";

    /// <summary>The colors of an online block.</summary>
    public static Style OfZone(ZoneType zone) => new(Foreground: 231, Background: Color(zone));

    /// <summary>The color of a zone that an offline block may become; it can be read on a light and on a dark terminal.</summary>
    public static Style OfOffline(ZoneType zone) => new(Foreground: zone switch
    {
        ZoneType.Movable => 64,
        ZoneType.Normal => 32,
        ZoneType.HighMem => 130,
        ZoneType.Device => 244,
        _ => 99,
    });

    /// <summary>True for a cell with a star: its blocks are in several zones, or only some of them are online.</summary>
    public static bool IsMixed(MapCell cell) => cell.Online > 0 && cell.GoingOffline == 0 && (!cell.OnlineZones.IsSingle || cell.Offline > 0);

    /// <summary>Appends the three characters of a cell.</summary>
    public void AddCell(StyledLine line, MapCell cell)
    {
        if (cell.Online == 0)
        {
            foreach (var zone in cell.MayBecome.Take(3))
                line.Add(char.ToLowerInvariant(MapWords.Letter(zone)).ToString(), OfOffline(zone));
            line.Add(new string(hasUnicode ? '·' : '.', 3 - Math.Min(3, cell.MayBecome.Count)), Faint);
            return;
        }
        var style = cell.OnlineZones.IsSingle ? OfZone(cell.OnlineZones.Lowest) : new Style(Foreground: 231, Background: 240);
        var letter = cell.GoingOffline > 0 ? '>' : IsMixed(cell) ? '*' : MapWords.Letter(cell.OnlineZones.Lowest);
        var keeps = cell.Use is PageKind.Kernel or PageKind.Pinned;
        line.Add($"{letter}{Fill(cell)}", style with { IsBold = true })
            .Add(cell.Use is { } kind ? MapWords.Letter(kind).ToString() : " ", keeps ? style with { Foreground = 215, IsBold = true } : style);
    }

    /// <summary>How full a cell is: eighths as bars, or tenths as digits; a used page always shows.</summary>
    private string Fill(MapCell cell)
    {
        if (hasUnicode)
            return Eighths[cell.Pages == 0 ? 0 : (int)((cell.UsedPages * 8 + cell.Pages - 1) / cell.Pages)].ToString();
        if (cell.UsedPages == 0)
            return " ";
        return cell.UsedPages == cell.Pages ? "#" : $"{Math.Min(9, Math.Max(1, cell.UsedPages * 10 / cell.Pages))}";
    }

    private static byte Color(ZoneType zone) => zone switch
    {
        ZoneType.Movable => 28,
        ZoneType.Normal => 25,
        ZoneType.HighMem => 94,
        ZoneType.Device => 240,
        _ => 54,
    };
}
