using System.Text;

namespace HotplugFs.Cli.Documents;

/// <summary>Writes a manual page in the macros of man(7).</summary>
internal sealed class Roff(TextWriter writer)
{
    private const int LineMax = 78;

    private bool _isBegun;

    /// <summary>The first line.</summary>
    /// <param name="title">The page's name.</param>
    /// <param name="section">Its section of the manual.</param>
    /// <param name="date">When it was made.</param>
    /// <param name="source">What it belongs to.</param>
    /// <param name="manual">The title of the manual.</param>
    public void Title(string title, int section, DateOnly date, string source, string manual)
    {
        Line($".TH {title.ToUpperInvariant()} {section} {date:yyyy-MM-dd} \"{Text(source)}\" \"{Text(manual)}\"");
        // Options and paths are not to be hyphenated, nor pulled apart.
        Line(".nh");
        Line(".ad l");
    }

    /// <summary>Begins a section.</summary>
    /// <param name="title">Its title.</param>
    public void Section(string title)
    {
        Line($".SH {title}");
        _isBegun = false;
    }

    /// <summary>Begins a part of a section.</summary>
    /// <param name="title">Its title.</param>
    public void Subsection(string title)
    {
        Line($".SS \"{Text(title)}\"");
        _isBegun = false;
    }

    /// <summary>A paragraph.</summary>
    /// <param name="marked">With escapes of <see cref="Bold"/> and the like.</param>
    public void Paragraph(string marked)
    {
        Begin();
        Fill(marked);
    }

    /// <summary>A term and what it is.</summary>
    /// <param name="term">With escapes.</param>
    /// <param name="meaning">Plain text.</param>
    public void Item(string term, string meaning)
    {
        _isBegun = true;
        Line(".TP");
        Line(Guard(term));
        Fill(Text(meaning));
    }

    /// <summary>Lines that stay as they are.</summary>
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

    /// <summary>Text in bold: what is typed as it stands.</summary>
    /// <param name="text">Plain text.</param>
    public static string Bold(string text) => $@"\fB{Text(text)}\fR";

    /// <summary>Text in italics: what stands for something else.</summary>
    /// <param name="text">Plain text.</param>
    public static string Italic(string text) => $@"\fI{Text(text)}\fR";

    /// <summary>Text in which nothing means anything to the formatter: what looks like a hyphen or an apostrophe can be copied from the page.</summary>
    /// <param name="text">Plain text.</param>
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

    /// <summary>A section's first paragraph begins with it.</summary>
    private void Begin()
    {
        if (_isBegun)
            Line(".PP");
        _isBegun = true;
    }

    /// <summary>Text in lines of the usual length, which the formatter fills again.</summary>
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

    /// <summary>A line that begins with a dot would be a macro.</summary>
    private static string Guard(string line) => line.StartsWith('.') ? $@"\&{line}" : line;

    private void Line(string line) => writer.Write($"{line}\n");
}
