using Tomlyn;
using Tomlyn.Parsing;

namespace HotplugFs.Machines.Toml;

/// <summary>
/// Reads the syntax of a machine file: keys, then <c>[[kind]]</c> sections with keys. It reads Tomlyn's events one by one, because they
/// have line numbers, and because a file with a million sections must be refused at the first one too many.
/// </summary>
internal sealed class TomlSections
{
    private readonly string _file;
    private readonly string _text;
    private readonly TomlParser _parser;
    private readonly List<int> _lineStarts;
    private readonly SectionKind[] _kinds;
    private readonly Dictionary<SectionKind, int> _counts = [];

    private TomlSections(string file, string text, SectionKind[] kinds)
    {
        _file = file;
        _text = text;
        _kinds = kinds;
        _parser = TomlParser.Create(text);
        _lineStarts = LineStarts(text);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="file">The name, for messages.</param>
    /// <param name="kinds">The kinds of sections; the first is for the keys before any header.</param>
    /// <returns>The keys before any header, then the sections in their order.</returns>
    public static List<Section> Read(string file, string text, SectionKind[] kinds)
    {
        try
        {
            return new TomlSections(file, text, kinds).Read();
        }
        catch (TomlException error)
        {
            var first = error.Diagnostics.FirstOrDefault();
            var line = first is null ? 0 : first.Span.Start.Line + 1;
            throw new MachineFileException(file, line, $"this is not TOML: {(first?.Message ?? error.Message).TrimEnd()}");
        }
    }

    private List<Section> Read()
    {
        var top = new Section(_file, _kinds[0], 1);
        var sections = new List<Section> { top };
        while (_parser.MoveNext())
        {
            if (_parser.Current.Kind != TomlParseEventKind.PropertyName)
                continue;
            var (key, line) = Key();
            _parser.MoveNext();
            var kind = Array.Find(_kinds, candidate => candidate.Name == key && key.Length > 0);
            if (kind is null)
                top.Add(key, line, Value(line));
            else
                ReadSections(kind, line, sections);
        }
        return sections;
    }

    private (string Name, int Line) Key() =>
        (_parser.Current.PropertyName ?? _parser.GetPropertyName() ?? "", _parser.Current.Line);

    private void ReadSections(SectionKind kind, int line, List<Section> sections)
    {
        if (_parser.Current.Kind != TomlParseEventKind.StartArray)
            throw new MachineFileException(
                _file,
                line,
                $"{kind.Name} is a section: write [[{kind.Name}]] with two brackets");
        while (_parser.MoveNext() && _parser.Current.Kind != TomlParseEventKind.EndArray)
        {
            if (_parser.Current.Kind != TomlParseEventKind.StartTable)
                throw new MachineFileException(_file, line, $"{kind.Name} is a section: write [[{kind.Name}]] and its keys below");
            sections.Add(ReadSection(kind));
        }
    }

    private Section ReadSection(SectionKind kind)
    {
        var entries = Entries();
        var header = HeaderLine(entries.Count > 0 ? entries[0].Value.Line : _parser.Current.Line);
        CheckCount(kind, header);
        var section = new Section(_file, kind, header);
        foreach (var (key, value) in entries)
            section.Add(key, value.Line, value);
        return section;
    }

    private void CheckCount(SectionKind kind, int line)
    {
        var count = _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        if (count > kind.CountMax)
            throw new MachineFileException(_file, line, $"too many [[{kind.Name}]]: a machine can have {kind.CountMax}");
    }

    private TomlValue Value(int line)
    {
        var happened = _parser.Current;
        line = happened.Line > 0 ? happened.Line : line;
        switch (happened.Kind)
        {
            case TomlParseEventKind.String:
                return new TomlValue(TomlKind.Text, line) { Text = happened.StringValue ?? _parser.GetString() ?? "" };
            case TomlParseEventKind.Integer:
                return new TomlValue(TomlKind.Integer, line) { Integer = happened.GetInt64() };
            case TomlParseEventKind.Boolean:
                return new TomlValue(TomlKind.Boolean, line) { Boolean = happened.GetBoolean() };
            case TomlParseEventKind.StartArray:
                return new TomlValue(TomlKind.List, line) { Items = Items(line) };
            case TomlParseEventKind.StartTable:
                return new TomlValue(TomlKind.Table, line) { Entries = Entries() };
            case TomlParseEventKind.Float:
                return new TomlValue(TomlKind.Other, line) { Text = "a fraction" };
            default:
                return new TomlValue(TomlKind.Other, line) { Text = "a date or time" };
        }
    }

    private List<TomlValue> Items(int line)
    {
        var items = new List<TomlValue>();
        while (_parser.MoveNext() && _parser.Current.Kind != TomlParseEventKind.EndArray)
            items.Add(Value(line));
        return items;
    }

    private List<(string Key, TomlValue Value)> Entries()
    {
        var entries = new List<(string, TomlValue)>();
        while (_parser.MoveNext() && _parser.Current.Kind == TomlParseEventKind.PropertyName)
        {
            var (key, line) = Key();
            _parser.MoveNext();
            entries.Add((key, Value(line)));
        }
        return entries;
    }

    /// <summary>
    /// Returns the line number of a section's header. The parser does not report it for the second section of a kind, but above a section's
    /// first key there are only blank lines, comments and the header.
    /// </summary>
    private int HeaderLine(int below)
    {
        for (var line = Math.Min(below, _lineStarts.Count) - 1; line >= 1; line--)
        {
            var text = _text.AsSpan(_lineStarts[line - 1], _lineStarts[line] - _lineStarts[line - 1]).Trim();
            if (text.StartsWith("[["))
                return line;
            if (!text.IsEmpty && text[0] != '#')
                break;
        }
        return below;
    }

    private static List<int> LineStarts(string text)
    {
        var starts = new List<int> { 0 };
        for (var end = text.IndexOf('\n', StringComparison.Ordinal); end >= 0; end = text.IndexOf('\n', end + 1))
            starts.Add(end + 1);
        return starts;
    }
}
