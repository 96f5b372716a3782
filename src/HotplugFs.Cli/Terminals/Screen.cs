namespace HotplugFs.Cli.Terminals;

/// <summary>What the output can show.</summary>
/// <param name="Columns">Characters in a line.</param>
/// <param name="Rows">Lines.</param>
/// <param name="HasColor">True if escape sequences for colors are wanted.</param>
/// <param name="HasUnicode">True if the characters of the locale are those of Unicode; otherwise only ASCII is shown.</param>
internal sealed record Screen(int Columns, int Rows, bool HasColor, bool HasUnicode)
{
    private const int ColumnsDefault = 80;
    private const int ColumnsMin = 20;
    private const int RowsDefault = 24;

    /// <summary>
    /// Finds out by COLUMNS and LINES, else the terminal, else 80 columns and 24 lines; by NO_COLOR (no-color.org), TERM and whether the
    /// output is a terminal; and by LC_ALL, LC_CTYPE and LANG.
    /// </summary>
    /// <param name="output">Standard output, or what a test has in its place.</param>
    public static Screen Of(TextWriter output)
    {
        var isTerminal = StandardStream.IsUsedBy(output) && SysIoctl.GetTerminal(Unistd.STDOUT_FILENO).IsOk;
        var size = isTerminal && SysIoctl.GetWindowSize(Unistd.STDOUT_FILENO).TryGet(out var found, out _) ? found : default;
        return new Screen(
            Math.Max(Number("COLUMNS") ?? (size.Columns > 0 ? size.Columns : ColumnsDefault), ColumnsMin),
            Number("LINES") ?? (size.Rows > 0 ? size.Rows : RowsDefault),
            isTerminal && Variable("NO_COLOR") is null && Variable("TERM") is not (null or "dumb"),
            (Variable("LC_ALL") ?? Variable("LC_CTYPE") ?? Variable("LANG") ?? "").Replace("-", "", StringComparison.Ordinal)
                .Contains("utf8", StringComparison.OrdinalIgnoreCase));
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static int? Number(string name) =>
        int.TryParse(Variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
