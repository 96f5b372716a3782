using HotplugFs.Cli.Maps;
using HotplugFs.Cli.Terminals;
using HotplugFs.Sysfs.Control;

namespace HotplugFs.Cli.Watching;

/// <summary>What <c>hotplugfs watch</c> shows: the map, the last entries of the journal, and the keys.</summary>
internal sealed class WatchView
{
    private const string Keys = "q quit   space pause   0-9 one node   a all nodes   s step the clock";
    private const int EntriesMax = 100;
    private const int EntriesMin = 5;
    private const int EntriesOfSmallScreens = 2;
    private const int RowsOfSmallScreens = 22;

    private readonly Queue<JournalEntry> _entries = [];

    /// <summary>The node that is shown alone, or null.</summary>
    public int? Node { get; set; }

    /// <summary>True if changes are not shown.</summary>
    public bool IsPaused { get; set; }

    /// <summary>What the last key did, in place of the keys; empty for nothing.</summary>
    public string Message { get; set; } = "";

    /// <summary>Adds entries of the journal; only the last ones are kept.</summary>
    public void Add(IEnumerable<JournalEntry> entries)
    {
        foreach (var entry in entries)
        {
            _entries.Enqueue(entry);
            if (_entries.Count > EntriesMax)
                _entries.Dequeue();
        }
    }

    /// <summary>Returns the lines of the screen.</summary>
    public IReadOnlyList<string> Draw(MachineMap map, Screen screen)
    {
        var reserved = (screen.Rows < RowsOfSmallScreens ? EntriesOfSmallScreens : EntriesMin) + 2;
        if (Node is { } number && map.Nodes.All(node => node.Number != number))
            (Node, Message) = (null, $"there is no node {number}");
        var shown = Node is { } only ? map.WithNode(only) : map;
        var lines = TerminalMap.Draw([shown], screen with { Rows = screen.Rows - reserved }).Take(screen.Rows - reserved).ToList();
        var rule = new MapGlyphs(screen.HasUnicode).Rule;
        lines.Add(new StyledLine($"{rule}{rule} journal ", MapGlyphs.Faint).PadTo(screen.Columns, rule, MapGlyphs.Faint));
        var entries = _entries.TakeLast(screen.Rows - 1 - lines.Count);
        lines.AddRange(entries.Select(entry => new StyledLine(entry.Short, entry.Rule is null ? default : MapGlyphs.Warning)));
        while (lines.Count < screen.Rows - 1)
            lines.Add(new StyledLine());
        var state = IsPaused ? "PAUSED   " : "";
        lines.Add(new StyledLine(state, MapGlyphs.Warning).Add(Message.Length > 0 ? Message : Keys, MapGlyphs.Faint));
        return [.. lines.Select(line => line.Render(screen.Columns, screen.HasColor))];
    }
}
