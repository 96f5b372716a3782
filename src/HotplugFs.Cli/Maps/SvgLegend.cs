using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Maps;

/// <summary>Explains the colors of a picture, those that it has.</summary>
internal sealed class SvgLegend(SvgWriter svg, IReadOnlyList<MachineMap> maps)
{
    private const int Swatch = 16;
    private const int LineHeight = 26;

    /// <summary>About the width of a letter.</summary>
    private const double LetterWidth = 7.6;

    private double _x;
    private int _y;

    /// <summary>Draws the legend and returns where it ends.</summary>
    /// <param name="right">Where lines end.</param>
    public int Draw(int left, int top, int right)
    {
        var runs = maps.SelectMany(map => map.Nodes).SelectMany(node => node.Runs).ToList();
        (_x, _y) = (left, top + 8);
        foreach (var zone in MapLegend.ZonesOf(runs))
            Item(left, right, $"{zone.Name()}", () => Square(SvgStyle.Free(zone)));
        if (runs.Any(run => run.Used.Count > 0))
            Item(left, right, "used", () => svg.Rectangle("uN", _x, _y + 5, Swatch, Swatch - 5, 2));
        if (runs.Any(run => run.HasKernelPages))
            Item(left, right, "boot memory with pages of the kernel", () => Square("kp"));
        foreach (var kind in runs.SelectMany(run => run.Used).Select(use => use.Kind).Where(kind => SvgStyle.OfKind(kind) is not null)
            .DistinctBy(SvgStyle.OfKind).Order())
        {
            var keeps = kind is PageKind.Kernel or PageKind.Pinned ? ", cannot move" : "";
            Item(left, right, MapWords.Meaning(kind) + keeps, () => Square(SvgStyle.OfKind(kind)!));
        }
        if (runs.Any(run => run.State == MemoryBlockState.GoingOffline))
            Item(left, right, "going offline", () => Square("go"));
        if (runs.Any(run => run.State == MemoryBlockState.Offline))
            Item(left, right, "offline; the strip shows what it may become", () => Square("off"));
        if (runs.Any(run => run.Zones.Has(ZoneType.Movable)))
            Item(left, right, "boundary of zone Movable", () => svg.Path("b", $"M{_x + Swatch / 2} {_y - 1}v{Swatch + 2}"));
        return _y + LineHeight;
    }

    private void Square(string kind) => svg.Rectangle(kind, _x, _y, Swatch, Swatch, 3);

    private void Item(int left, int right, string text, Action draw)
    {
        var width = Swatch + 8 + text.Length * LetterWidth + 16;
        if (_x > left && _x + width > right)
            (_x, _y) = (left, _y + LineHeight);
        draw();
        svg.Text("s m", _x + Swatch + 8, _y + 13, text);
        _x += width;
    }
}
