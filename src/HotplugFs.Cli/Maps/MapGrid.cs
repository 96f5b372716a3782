namespace HotplugFs.Cli.Maps;

/// <summary>Lays the blocks of a node out in rows of cells.</summary>
/// <param name="BlocksPerCell">Blocks in a cell, a power of two.</param>
/// <param name="CellsPerRow">Cells in a row.</param>
internal readonly record struct MapGrid(int BlocksPerCell, int CellsPerRow)
{
    private long BlocksPerRow => (long)BlocksPerCell * CellsPerRow;

    /// <summary>Finds the grid with the smallest cells that is low enough.</summary>
    /// <param name="cellsPerRow">Cells in a row.</param>
    /// <param name="isLowEnough">Decides about a grid.</param>
    /// <returns>A grid that is low enough, or else the one in which each node has one row.</returns>
    public static MapGrid Fit(MachineMap map, int cellsPerRow, Func<MapGrid, bool> isLowEnough)
    {
        var grid = new MapGrid(1, cellsPerRow);
        while (!isLowEnough(grid) && map.Nodes.Any(node => grid.CountRows(node) > 1))
            grid = grid with { BlocksPerCell = grid.BlocksPerCell * 2 };
        return grid;
    }

    /// <summary>Number of rows that have blocks of the node.</summary>
    public int CountRows(MapNode node)
    {
        var (rows, last) = (0L, -1L);
        foreach (var run in node.Runs)
        {
            var (from, to) = (Math.Max(run.First / BlocksPerRow, last + 1), run.Last / BlocksPerRow);
            rows += Math.Max(0, to - from + 1);
            last = Math.Max(last, to);
        }
        return (int)Math.Min(rows, int.MaxValue);
    }

    /// <summary>Returns the rows that have blocks of the node.</summary>
    public IReadOnlyList<MapRow> Rows(MapNode node)
    {
        List<MapRow> rows = [];
        foreach (var run in node.Runs)
        {
            for (var first = run.First; first <= run.Last;)
            {
                var cell = first / BlocksPerCell;
                var count = (int)Math.Min(((long)cell + 1) * BlocksPerCell, run.Last + 1L) - first;
                var start = (int)(first / BlocksPerRow * BlocksPerRow);
                if (rows.Count == 0 || rows[^1].First != start)
                    rows.Add(new MapRow(start, new MapCell?[CellsPerRow]));
                (rows[^1].Cells[cell % CellsPerRow] ??= new MapCell()).Add(run, first, count);
                first += count;
            }
        }
        return rows;
    }
}

/// <summary>Consecutive blocks that are drawn beside each other.</summary>
/// <param name="First">The number that its first cell's first block has or would have.</param>
/// <param name="Cells">Its cells; null where no block is.</param>
internal sealed record MapRow(int First, MapCell?[] Cells);
