using HotplugFs.Cli.Terminals;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Maps;

/// <summary>Draws a map as lines of text: the nodes with their blocks, then the totals by zone.</summary>
internal sealed class TerminalMap
{
    private const int CellColumns = 4;
    private const int LabelColumnsMin = 5;

    /// <summary>With fewer columns, amounts and zones are abbreviated.</summary>
    private const int ColumnsForWords = 64;

    private readonly MachineMap _map;
    private readonly MapGlyphs _glyphs;
    private readonly int _columns;
    private readonly int _labelColumns;
    private readonly MapGrid _grid;
    private readonly bool _hasBrackets;

    /// <summary>True if a line of its own for the title of each node would leave no line for its blocks.</summary>
    private readonly bool _isCompact;

    private readonly List<StyledLine> _lines = [];
    private bool _hasMixed;

    private TerminalMap(MachineMap map, int columns, int rows, bool hasUnicode)
    {
        (_map, _columns, _glyphs) = (map, columns, new MapGlyphs(hasUnicode));
        var last = map.Nodes.SelectMany(node => node.Runs).Select(run => run.Last).DefaultIfEmpty(0).Max();
        var left = rows - 1 - TotalLines().Count;
        _isCompact = 2 * map.Nodes.Count > left;
        var labels = map.Nodes.Select(node => CompactLabel(node).Length).Append(0).Max();
        _labelColumns = Math.Max(_isCompact ? labels + 1 : LabelColumnsMin, last.ToString(CultureInfo.InvariantCulture).Length + 1);
        var perRow = (columns - _labelColumns) / CellColumns;
        perRow = perRow >= 16 ? perRow - perRow % 16 : Math.Max(8, perRow - perRow % 8);
        left -= _isCompact ? 0 : map.Nodes.Count;
        var finest = new MapGrid(1, perRow);
        _hasBrackets = CountRows(finest) is var lines && lines <= left && lines + CountBrackets(finest) <= left;
        _grid = MapGrid.Fit(map, perRow, grid => CountRows(grid) <= left);
    }

    /// <summary>Draws one machine without a legend.</summary>
    /// <param name="rows">The number of lines that it should not exceed. Each node takes at least one.</param>
    public static IReadOnlyList<StyledLine> Draw(MachineMap map, int columns, int rows, bool hasUnicode)
    {
        var drawing = new TerminalMap(map, columns, rows, hasUnicode);
        drawing.Draw();
        return drawing._lines;
    }

    /// <summary>Draws maps side by side, and the legend below them.</summary>
    public static IReadOnlyList<StyledLine> Draw(IReadOnlyList<MachineMap> maps, Screen screen)
    {
        var legend = MapLegend.Draw(maps, screen.Columns, screen.HasUnicode);
        var columns = (screen.Columns + 3) / maps.Count - 3;
        var drawn = maps.Select(map => Draw(map, columns, screen.Rows - legend.Count, screen.HasUnicode)).ToList();
        var lines = new List<StyledLine>();
        for (var row = 0; row < drawn.Max(map => map.Count); row++)
        {
            var line = new StyledLine();
            for (var index = 0; index < drawn.Count; index++)
            {
                if (index > 0)
                    line.PadTo(index * (columns + 3) - 3).Add(screen.HasUnicode ? " │ " : " | ", MapGlyphs.Faint);
                line.Add(row < drawn[index].Count ? drawn[index][row].CutTo(columns) : new StyledLine());
            }
            lines.Add(line);
        }
        return [.. lines, .. legend];
    }

    private long CountRows(MapGrid grid) => _map.Nodes.Sum(node => (long)grid.CountRows(node));

    private int CountBrackets(MapGrid grid) => _map.Nodes.Sum(node => grid.Rows(node).Count(HasDevice));

    private static bool HasDevice(MapRow row) => row.Cells.Any(cell => cell?.Device is not null);

    private void Draw()
    {
        var cell = _grid.BlocksPerCell == 1
            ? $"blocks of {MapWords.Size(_map.BlockSizeBytes)}"
            : $"a cell: {_grid.BlocksPerCell} blocks of {MapWords.Size(_map.BlockSizeBytes)}";
        foreach (var node in _map.Nodes)
            DrawNode(node);
        if (_hasMixed)
            cell += ", * several zones or states";
        _lines.Insert(0, new StyledLine($"kernel {_map.Kernel}", MapGlyphs.Strong).Add($"  {cell}  {_map.Name}"));
        _lines.AddRange(TotalLines());
    }

    private void DrawNode(MapNode node)
    {
        var rows = _grid.Rows(node);
        if (_isCompact)
        {
            MapCell? last = null;
            for (var index = 0; index < rows.Count; index++)
                DrawRow(rows[index], index == 0 ? CompactLabel(node) : $"{rows[index].First}", ref last);
            if (rows.Count == 0)
                _lines.Add(new StyledLine($"{CompactLabel(node)} no memory", MapGlyphs.Faint));
            return;
        }
        var totals = new ZoneTotals([node]);
        var rule = _glyphs.Rule;
        var title = new StyledLine($"{rule}{rule} ", MapGlyphs.Faint).Add($"node {node.Number}", MapGlyphs.Strong);
        if (!IsNarrow)
            title.Add(node.Cpus.Length > 0 ? $", CPU {node.Cpus}" : ", no CPU");
        if (node.Runs.Count == 0)
            title.Add(", no memory");
        if (totals.OnlineBlocks > 0)
            title.Add($", {Size(totals.OnlineBlocks)} online");
        if (totals.OfflineBlocks > 0)
            title.Add($", {Size(totals.OfflineBlocks)} offline");
        if (!_hasBrackets && node.Runs.Select(run => run.Dimm).OfType<string>().Distinct().Count() is > 0 and var dimms)
            title.Add($", {MapWords.Count(dimms, "DIMM")}");
        _lines.Add(title.Add(" ").PadTo(_columns, rule, MapGlyphs.Faint));
        MapCell? before = null;
        foreach (var row in rows)
        {
            DrawRow(row, $"{row.First}", ref before);
            if (_hasBrackets && HasDevice(row))
                _lines.Add(Brackets(row));
        }
    }

    private static string CompactLabel(MapNode node) => $"node {node.Number}";

    private void DrawRow(MapRow row, string label, ref MapCell? before)
    {
        var line = new StyledLine(label.PadLeft(_labelColumns - 1), MapGlyphs.Faint);
        foreach (var cell in row.Cells)
        {
            if (cell is null)
            {
                line.Add("    ");
                continue;
            }
            var isBoundary = before is not null && (before.IsKernel && cell.IsMovable || before.IsMovable && cell.IsKernel);
            line.Add(isBoundary ? _glyphs.Boundary : " ", MapGlyphs.Warning);
            _glyphs.AddCell(line, cell);
            _hasMixed |= MapGlyphs.IsMixed(cell);
            before = cell;
        }
        _lines.Add(line);
    }

    /// <summary>The names of the DIMMs below their cells.</summary>
    private StyledLine Brackets(MapRow row)
    {
        var line = new StyledLine();
        for (var first = 0; first < row.Cells.Length;)
        {
            var end = first + 1;
            if (row.Cells[first]?.Device is not { } device)
            {
                first = end;
                continue;
            }
            while (end < row.Cells.Length && row.Cells[end]?.Device == device)
                end++;
            var width = (end - first) * CellColumns - 1;
            var name = device.Length > width - 2 ? device[..Math.Max(0, width - 2)] : device;
            line.PadTo(_labelColumns + first * CellColumns)
                .Add(_glyphs.BracketStart + name.PadRight(width - 2, _glyphs.Rule) + _glyphs.BracketEnd, MapGlyphs.Faint);
            first = end;
        }
        return line;
    }

    private List<StyledLine> TotalLines()
    {
        var totals = new ZoneTotals(_map.Nodes);
        List<StyledLine> lines = [new StyledLine(new string(_glyphs.Rule, _columns), MapGlyphs.Faint)];
        foreach (var (zone, blocks, pages, used) in totals.Zones)
        {
            var line = new StyledLine().Add(zone.Name(), MapGlyphs.OfZone(zone)).PadTo(9).Add($"{Size(blocks),9} online");
            if (!IsNarrow)
                line.Add($"{MapWords.Size(used * PageSize.Usual),11} used");
            lines.Add(line.Add($"{MapWords.Percent(used, pages),7}{(IsNarrow ? " used" : "")}"));
        }
        foreach (var (zones, blocks) in totals.MayBecome)
            lines.Add(new StyledLine("offline".PadRight(9)).Add($"{Size(blocks),9} may become {Names(zones)}"));
        return lines;
    }

    private bool IsNarrow => _columns < ColumnsForWords;

    private string Size(long blocks) =>
        IsNarrow ? ByteSize.Format(blocks * _map.BlockSizeBytes) : MapWords.Size(blocks * _map.BlockSizeBytes);

    private string Names(IReadOnlyList<ZoneType> zones) =>
        IsNarrow ? string.Join('/', zones.Select(MapWords.Letter)) : MapWords.Names(zones);
}
