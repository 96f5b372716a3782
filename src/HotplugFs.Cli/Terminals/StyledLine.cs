namespace HotplugFs.Cli.Terminals;

/// <summary>A line of text with styles. Each character takes one column.</summary>
internal sealed class StyledLine
{
    private readonly List<(string Text, Style Style)> _parts = [];

    public StyledLine(string text = "", Style style = default) => Add(text, style);

    /// <summary>The number of columns.</summary>
    public int Length { get; private set; }

    /// <summary>Appends text.</summary>
    public StyledLine Add(string text, Style style = default)
    {
        if (text.Length > 0)
            _parts.Add((text, style));
        Length += text.Length;
        return this;
    }

    /// <summary>Appends another line.</summary>
    public StyledLine Add(StyledLine other)
    {
        foreach (var (text, style) in other._parts)
            Add(text, style);
        return this;
    }

    /// <summary>Appends blanks, or another character, up to a number of columns.</summary>
    public StyledLine PadTo(int columns, char filler = ' ', Style style = default) =>
        Add(new string(filler, Math.Max(0, columns - Length)), style);

    /// <summary>Returns the line without what is beyond a number of columns.</summary>
    public StyledLine CutTo(int columns)
    {
        var cut = new StyledLine();
        foreach (var (text, style) in _parts)
            cut.Add(text[..Math.Min(text.Length, columns - cut.Length)], style);
        return cut;
    }

    /// <summary>Returns the line cut to a number of columns, with escape sequences or without.</summary>
    public string Render(int columns, bool hasColor)
    {
        var text = new StringBuilder();
        foreach (var (part, style) in CutTo(columns)._parts)
        {
            var escape = hasColor ? style.Escape : "";
            text.Append(escape).Append(part).Append(escape.Length > 0 ? "\e[0m" : "");
        }
        return hasColor ? text.ToString() : text.ToString().TrimEnd();
    }
}
