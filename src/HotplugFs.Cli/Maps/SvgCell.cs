using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Maps;

/// <summary>
/// Draws a cell of a picture. An online block is filled from below as far as it is used; an offline one has the colors of the zones that it
/// may become.
/// </summary>
internal sealed class SvgCell(SvgWriter svg, MapCell cell, double x, double y, double size)
{
    private const int Radius = 6;
    private const int StripHeight = 8;

    /// <summary>Draws the cell with its number and its letter.</summary>
    public void Draw()
    {
        svg.BeginGroup(Title());
        if (cell.Online > 0)
            DrawOnline();
        else
            DrawOffline();
        var number = $"{cell.First}";
        svg.Text(number.Length < 5 ? "c i" : "l i", x + size / 2, y + 17, number);
        svg.EndGroup();
    }

    private void DrawOnline()
    {
        var zone = cell.OnlineZones.IsSingle && cell.Offline == 0 ? MapWords.Letter(cell.OnlineZones.Lowest).ToString() : "X";
        svg.Rectangle(zone, x, y, size, size, Radius);
        var bottom = y + size;
        if (cell.HasKernelPages)
        {
            svg.Rectangle("kp", x + 4, bottom - 4 - StripHeight, size - 8, StripHeight, 2);
            bottom -= StripHeight + 1;
        }
        var room = bottom - 4 - (y + 22);
        // What keeps the block lies at the bottom.
        foreach (var group in Enum.GetValues<PageKind>().GroupBy(kind => SvgStyle.OfKind(kind) ?? $"u{zone}").OrderBy(group => group.Key[0] == 'u'))
        {
            var pages = group.Sum(cell.Used);
            if (pages == 0)
                continue;
            // The height stays below the number, and a single page still shows.
            var height = Math.Max(3, room * pages / cell.Pages);
            bottom -= height;
            svg.Rectangle(group.Key, x + 4, bottom - 4, size - 8, height, 2);
        }
        if (cell.GoingOffline > 0)
            svg.Rectangle("go", x, y, size, size, Radius);
        if (cell.UsedPages == 0)
            svg.Text("z i", x + size / 2, y + 32, cell.OnlineZones.IsSingle ? cell.OnlineZones.Lowest.Name() : "mixed");
    }

    private void DrawOffline()
    {
        svg.Rectangle("off", x + 1, y + 1, size - 2, size - 2, Radius);
        var zones = cell.MayBecome;
        var width = (size - 12) / Math.Max(1, zones.Count);
        for (var index = 0; index < zones.Count; index++)
        {
            var left = x + 6 + index * width;
            svg.Rectangle(SvgStyle.Used(zones[index]), left, y + size - 6 - StripHeight, width - (zones.Count > 1 ? 2 : 0), StripHeight, 2);
        }
    }

    private string Title()
    {
        var name = cell.First == cell.Last ? $"memory{cell.First}" : $"memory{cell.First} to memory{cell.Last}";
        List<string> facts = [];
        if (cell.Online > 0)
        {
            var zones = string.Join(" and ", Enum.GetValues<ZoneType>().Where(cell.OnlineZones.Has).Select(zone => zone.Name()));
            var used = MapWords.Size(cell.UsedPages * PageSize.Usual);
            facts.Add($"{(cell.Offline > 0 ? $"{cell.Online} " : "")}online in {zones}, {used} used");
        }
        if (cell.HasKernelPages)
            facts.Add("with pages of the kernel");
        if (cell.Offline > 0)
        {
            facts.Add($"{(cell.Online > 0 ? $"{cell.Offline} " : "")}offline, may become {MapWords.Names(cell.MayBecome)}");
        }
        if (cell.Device is { } device)
            facts.Add(device);
        return $"{name}: {string.Join("; ", facts)}";
    }
}
