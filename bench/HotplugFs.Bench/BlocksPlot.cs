namespace HotplugFs.Bench;

/// <summary>Plots the cost by number of blocks as SVG: one small plot for each operation, with logarithmic axes.</summary>
internal static class BlocksPlot
{
    private const double PanelWidth = 330;
    private const double PanelHeight = 230;
    private const int Columns = 3;
    private const double Left = 58;
    private const double Right = 14;
    private const double Top = 34;
    private const double Bottom = 36;
    private const double Legend = 34;

    private static readonly string[] Operations =
    [
        "open+read+close", "readdir, per entry", "readdir+lstat, per entry", "write to state, accepted", "plug", "unplug",
    ];

    private static readonly (string Target, string Color, string Label)[] Series =
    [
        (Goal.Ours, "#1b6ca8", "hotplugfs"),
        (Goal.C, "#c8553d", "C server (libfuse3)"),
        ("tmpfs", "#8a8d3b", "tmpfs"),
        (Goal.Sysfs, "#444444", "real sysfs (as many blocks as the machine has)"),
    ];

    internal static string Draw(IReadOnlyList<Summary> summaries)
    {
        var run = summaries.Where(one => one.Mode == "pinned").ToList();
        var panels = Operations.Where(operation => run.Any(one => one.Operation == operation)).ToArray();
        var rows = (panels.Length + Columns - 1) / Columns;
        var svg = new StringBuilder();
        Append(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Columns * PanelWidth:0}\" height=\"{rows * PanelHeight + Legend:0}\" ");
        Append(svg, $"font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        DrawLegend(svg);
        for (var i = 0; i < panels.Length; i++)
        {
            Append(svg, $"<g transform=\"translate({i % Columns * PanelWidth:0},{i / Columns * PanelHeight + Legend:0})\">\n");
            DrawPanel(svg, panels[i], [.. run.Where(one => one.Operation == panels[i])]);
            svg.Append("</g>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawLegend(StringBuilder svg)
    {
        double x = Left;
        foreach (var (_, color, label) in Series)
        {
            Append(svg, $"<line x1=\"{x:0}\" y1=\"18\" x2=\"{x + 20:0}\" y2=\"18\" stroke=\"{color}\" stroke-width=\"2\"/>");
            Append(svg, $"<circle cx=\"{x + 10:0}\" cy=\"18\" r=\"3\" fill=\"{color}\"/>");
            Append(svg, $"<text x=\"{x + 26:0}\" y=\"22\">{label}</text>\n");
            x += 60 + label.Length * 6.2;
        }
    }

    private static void DrawPanel(StringBuilder svg, string operation, List<Summary> points)
    {
        var x = new Axis(points.Select(one => (double)one.Blocks), Left, PanelWidth - Right);
        var y = new Axis(points.Select(one => one.Ns.Median), PanelHeight - Bottom, Top);
        Append(svg, $"<text x=\"{Left:0}\" y=\"{Top - 12:0}\" font-weight=\"bold\">{operation}</text>\n");
        foreach (var tick in y.Decades)
        {
            Append(svg, $"<line x1=\"{Left:0}\" y1=\"{y[tick]:0.0}\" x2=\"{PanelWidth - Right:0}\" y2=\"{y[tick]:0.0}\" stroke=\"#dddddd\"/>");
            Append(svg, $"<text x=\"{Left - 6:0}\" y=\"{y[tick] + 4:0.0}\" text-anchor=\"end\">{Time(tick)}</text>\n");
        }
        foreach (var blocks in points.Select(one => one.Blocks).Distinct())
            Append(svg, $"<text x=\"{x[blocks]:0.0}\" y=\"{PanelHeight - Bottom + 16:0}\" text-anchor=\"middle\" font-size=\"9\">{blocks}</text>\n");
        foreach (var (target, color, _) in Series)
            DrawLine(svg, [.. points.Where(one => one.Target == target).OrderBy(one => one.Blocks)], color, x, y);
    }

    private static void DrawLine(StringBuilder svg, Summary[] line, string color, Axis x, Axis y)
    {
        var path = string.Join(' ', line.Select(one => string.Create(CultureInfo.InvariantCulture, $"{x[one.Blocks]:0.0},{y[one.Ns.Median]:0.0}")));
        if (line.Length > 1)
            Append(svg, $"<polyline points=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>\n");
        foreach (var one in line)
            Append(svg, $"<circle cx=\"{x[one.Blocks]:0.0}\" cy=\"{y[one.Ns.Median]:0.0}\" r=\"3\" fill=\"{color}\"/>\n");
    }

    private static string Time(double ns) => ns switch
    {
        < 1e3 => $"{ns:0} ns",
        < 1e6 => $"{ns / 1e3:0} us",
        < 1e9 => $"{ns / 1e6:0} ms",
        _ => $"{ns / 1e9:0} s",
    };

    private static void Append(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>A logarithmic axis with some space at both ends. A value axis starts and ends with a power of ten.</summary>
    private sealed class Axis
    {
        private readonly double _low;
        private readonly double _high;
        private readonly double _from;
        private readonly double _to;

        internal Axis(IEnumerable<double> values, double from, double to)
        {
            var all = values.ToArray();
            (_from, _to) = (from, to);
            // Only the axis of costs points up.
            _low = from > to ? Math.Floor(Math.Log10(all.Min())) : Math.Log10(all.Min()) - 0.15;
            _high = from > to ? Math.Max(Math.Ceiling(Math.Log10(all.Max())), _low + 1) : Math.Log10(all.Max()) + 0.15;
        }

        internal double this[double value] => _from + (Math.Log10(value) - _low) / (_high - _low) * (_to - _from);

        internal IEnumerable<double> Decades
        {
            get
            {
                for (var power = _low; power <= _high; power++)
                    yield return Math.Pow(10, power);
            }
        }
    }
}
