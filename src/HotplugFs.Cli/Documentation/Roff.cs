namespace HotplugFs.Cli.Documentation;

/// <summary>Writes a manual page in the macros of man(7).</summary>
internal sealed class Roff(TextWriter writer)
{
    private const int LineMax = 78;

    private bool _isBegun;

    /// <summary>Writes the title line (.TH).</summary>
    /// <param name="title">The page's name.</param>
    /// <param name="section">The number of the manual section.</param>
    /// <param name="source">The package that the page belongs to, with its version.</param>
    /// <param name="manual">The title of the manual section.</param>
    public void Title(string title, int section, DateOnly date, string source, string manual)
    {
        Line($".TH {title.ToUpperInvariant()} {section} {date:yyyy-MM-dd} \"{Text(source)}\" \"{Text(manual)}\"");
        // Neither hyphenate options and paths nor stretch the blanks between them.
        Line(".nh");
        Line(".ad l");
    }

    /// <summary>Starts a section (.SH).</summary>
    public void Section(string title)
    {
        Line($".SH {title}");
        _isBegun = false;
    }

    /// <summary>Starts a subsection (.SS).</summary>
    public void Subsection(string title)
    {
        Line($".SS \"{Text(title)}\"");
        _isBegun = false;
    }

    /// <summary>Writes a paragraph.</summary>
    /// <param name="marked">Text that is already escaped, see <see cref="Bold"/>, <see cref="Italic"/> and <see cref="Text"/>.</param>
    public void Paragraph(string marked)
    {
        Begin();
        Fill(marked);
    }

    /// <summary>Writes a term and its meaning (.TP).</summary>
    /// <param name="term">Escaped text.</param>
    /// <param name="meaning">Plain text.</param>
    public void Item(string term, string meaning)
    {
        _isBegun = true;
        Line(".TP");
        Line(Guard(term));
        Fill(Text(meaning));
    }

    /// <summary>Writes lines that the formatter does not fill.</summary>
    /// <param name="lines">Plain text.</param>
    public void Example(IEnumerable<string> lines)
    {
        Begin();
        Line(".RS 4");
        Line(".nf");
        foreach (var line in lines)
            Line(Guard(Text(line)));
        Line(".fi");
        Line(".RE");
    }

    /// <summary>Returns plain text escaped and in bold, for words to be typed literally.</summary>
    public static string Bold(string text) => $@"\fB{Text(text)}\fR";

    /// <summary>Returns plain text escaped and in italics, for placeholders.</summary>
    public static string Italic(string text) => $@"\fI{Text(text)}\fR";

    /// <summary>
    /// Returns plain text escaped for the formatter, so that hyphens and quotes can be copied from the page into a shell.
    /// </summary>
    public static string Text(string text)
    {
        var escaped = new StringBuilder();
        foreach (var character in text)
        {
            _ = character switch
            {
                '\\' => escaped.Append(@"\e"),
                '-' => escaped.Append(@"\-"),
                '\'' => escaped.Append(@"\(aq"),
                '"' => escaped.Append(@"\(dq"),
                '`' => escaped.Append(@"\(ga"),
                '^' => escaped.Append(@"\(ha"),
                '~' => escaped.Append(@"\(ti"),
                _ => escaped.Append(character),
            };
        }
        return escaped.ToString();
    }

    /// <summary>Starts a paragraph (.PP), except after a section title, which starts one itself.</summary>
    private void Begin()
    {
        if (_isBegun)
            Line(".PP");
        _isBegun = true;
    }

    /// <summary>Writes text in lines of at most 78 characters, which the formatter fills.</summary>
    private void Fill(string marked)
    {
        var line = new StringBuilder();
        foreach (var word in marked.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > LineMax)
            {
                Line(Guard(line.ToString()));
                line.Clear();
            }
            line.Append(line.Length > 0 ? " " : "").Append(word);
        }
        Line(Guard(line.ToString()));
    }

    /// <summary>Escapes a dot at the beginning of a line, which would start a macro.</summary>
    private static string Guard(string line) => line.StartsWith('.') ? $@"\&{line}" : line;

    private void Line(string line) => writer.Write($"{line}\n");
}
