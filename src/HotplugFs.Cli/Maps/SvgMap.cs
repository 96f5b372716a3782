using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Maps;

/// <summary>
/// Draws maps as a picture (SVG) without scripts and without other files. It follows the reader's choice of light or dark colors, and the
/// same machine always gives the same bytes.
/// </summary>
internal sealed class SvgMap
{
    private const int Margin = 20;
    private const int Padding = 16;
    private const int CellSize = 50;
    private const int CellStep = 56;
    private const int RowsMax = 24;
    private const int DimmHeight = 22;
    private const int TitleHeight = 44;
    private const int NodeTitleHeight = 38;
    private const int TotalHeight = 24;
    private const int TotalLabel = 80;

    private readonly SvgWriter _svg = new();
    private readonly int _cellsPerRow;

    private SvgMap(int cellsPerRow) => _cellsPerRow = cellsPerRow;

    private int PanelWidth => _cellsPerRow * CellStep - (CellStep - CellSize) + 2 * Padding;

    /// <summary>Draws maps side by side, with one legend.</summary>
    public static string Draw(IReadOnlyList<MachineMap> maps)
    {
        var drawing = new SvgMap(maps.Count > 1 ? 8 : 16);
        var (column, width) = (drawing.PanelWidth + Margin, maps.Count * (drawing.PanelWidth + Margin) + Margin);
        var bottom = 0;
        for (var index = 0; index < maps.Count; index++)
            bottom = Math.Max(bottom, drawing.DrawMap(maps[index], Margin + index * column));
        var height = new SvgLegend(drawing._svg, maps).Draw(Margin, bottom + 8, width - Margin) + Margin;
        var title = string.Join(" and ", maps.Select(map => $"kernel {map.Kernel}"));
        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"
              role="img" aria-label="The memory blocks of a machine, {title}">
            <style>
            {SvgStyle.Css}</style>
            <defs><pattern id="kernel" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <path class="kl" d="M0 0V9"/>
            </pattern></defs>
            <rect class="bg" width="{width}" height="{height}" rx="12"/>
            {drawing._svg}</svg>

            """);
    }

    /// <summary>Draws a map and returns where it ends.</summary>
    private int DrawMap(MachineMap map, int x)
    {
        var grid = MapGrid.Fit(map, _cellsPerRow, grid => map.Nodes.Sum(node => (long)grid.CountRows(node)) <= RowsMax);
        _svg.Text("t", x, Margin + 20, $"kernel {map.Kernel}");
        _svg.Text("s m e", x + PanelWidth, Margin + 20, grid.BlocksPerCell == 1
            ? $"blocks of {MapWords.Size(map.BlockSizeBytes)}"
            : $"a cell is {grid.BlocksPerCell} blocks, {MapWords.Size(grid.BlocksPerCell * map.BlockSizeBytes)}");
        var y = Margin + TitleHeight;
        foreach (var node in map.Nodes)
            y = DrawNode(map, node, grid, x, y) + 12;
        return DrawTotals(map, x, y + 4);
    }

    private int DrawNode(MachineMap map, MapNode node, MapGrid grid, int x, int y)
    {
        var rows = grid.Rows(node);
        var height = NodeTitleHeight + Padding - 4 + rows.Sum(row => CellStep + (HasDevice(row) ? DimmHeight : 0));
        _svg.Rectangle("panel", x, y, PanelWidth, height, 10);
        _svg.Text("h", x + Padding, y + 25, $"node {node.Number}");
        _svg.Text("s m", x + Padding + 50 + $"{node.Number}".Length * 12, y + 25, node.Cpus.Length > 0 ? $"CPU {node.Cpus}" : "no CPU");
        var totals = new ZoneTotals([node]);
        List<string> sizes = [];
        if (totals.OnlineBlocks > 0)
            sizes.Add($"{MapWords.Size(totals.OnlineBlocks * map.BlockSizeBytes)} online");
        if (totals.OfflineBlocks > 0)
            sizes.Add($"{MapWords.Size(totals.OfflineBlocks * map.BlockSizeBytes)} offline");
        _svg.Text("s m e", x + PanelWidth - Padding, y + 25, sizes.Count > 0 ? string.Join(", ", sizes) : "no memory");
        var top = y + NodeTitleHeight;
        MapCell? before = null;
        foreach (var row in rows)
        {
            DrawRow(row, x + Padding, top, ref before);
            top += CellStep + (HasDevice(row) ? DimmHeight : 0);
        }
        return y + height;
    }

    private static bool HasDevice(MapRow row) => row.Cells.Any(cell => cell?.Device is not null);

    private void DrawRow(MapRow row, int left, int top, ref MapCell? before)
    {
        for (var index = 0; index < row.Cells.Length; index++)
        {
            if (row.Cells[index] is not { } cell)
                continue;
            var x = left + index * CellStep;
            new SvgCell(_svg, cell, x, top, CellSize).Draw();
            if (before is not null && (before.IsKernel && cell.IsMovable || before.IsMovable && cell.IsKernel))
                _svg.Path("b", $"M{x - 3} {top - 4}V{top + CellSize + 4}");
            before = cell;
        }
        DrawDevices(row, left, top + CellSize + 5);
    }

    private void DrawDevices(MapRow row, int left, int top)
    {
        for (var first = 0; first < row.Cells.Length;)
        {
            var end = first + 1;
            if (row.Cells[first]?.Device is { } device)
            {
                while (end < row.Cells.Length && row.Cells[end]?.Device == device)
                    end++;
                var (from, to) = (left + first * CellStep + 2, left + (end - 1) * CellStep + CellSize - 2);
                _svg.Path("dimm", $"M{from} {top}v5h{to - from}v-5");
                _svg.Text("s m i", (from + to) / 2.0, top + 19, device);
            }
            first = end;
        }
    }

    /// <summary>Draws a line with a bar for each zone, and what the offline blocks may become.</summary>
    private int DrawTotals(MachineMap map, int x, int y)
    {
        var totals = new ZoneTotals(map.Nodes);
        var isWide = PanelWidth > 600;
        var bar = PanelWidth - TotalLabel - (isWide ? 280 : 190);
        foreach (var (zone, blocks, pages, used) in totals.Zones)
        {
            _svg.Text("s", x, y + 15, zone.Name());
            _svg.Rectangle(SvgStyle.Free(zone), x + TotalLabel, y + 4, bar, 13, 4);
            if (used > 0)
                _svg.Rectangle(SvgStyle.Used(zone), x + TotalLabel, y + 4, Math.Max(4, (double)bar * used / pages), 13, 4);
            var amount = isWide ? $"{MapWords.Size(used * PageSize.Usual)} used, " : "";
            var share = $"{MapWords.Percent(used, pages)}{(isWide ? "" : " used")}";
            _svg.Text("s m e", x + PanelWidth, y + 15, $"{MapWords.Size(blocks * map.BlockSizeBytes)} online, {amount}{share}");
            y += TotalHeight;
        }
        foreach (var (zones, blocks) in totals.MayBecome)
        {
            _svg.Text("s", x, y + 15, "offline");
            _svg.Text("s m", x + TotalLabel, y + 15, $"{MapWords.Size(blocks * map.BlockSizeBytes)} may become {MapWords.Names(zones)}");
            y += TotalHeight;
        }
        return y;
    }
}
