namespace HotplugFs.Machines.Toml;

/// <summary>A section of a machine file. Its keys are read by type; an unknown key or another type is refused with its line.</summary>
internal sealed class Section(string file, SectionKind kind, int line)
{
    private readonly Dictionary<string, TomlValue> _values = [];

    public SectionKind Kind { get; } = kind;

    /// <summary>The line number of the header.</summary>
    public int Line { get; } = line;

    public void Add(string key, int line, TomlValue value)
    {
        if (Array.IndexOf(Kind.KeyNames, key) < 0)
            throw new MachineFileException(file, line, $"unknown key \"{key}\" {Kind.Place}{Nearest.Hint(key, Kind.KeyNames)}");
        if (!_values.TryAdd(key, value))
            throw new MachineFileException(file, line, $"duplicate key \"{key}\"; the first is in line {_values[key].Line}");
    }

    /// <summary>The keys that the section has, in the order of the file.</summary>
    public IEnumerable<string> Keys => _values.OrderBy(each => each.Value.Line).Select(each => each.Key);

    public bool Has(string key) => _values.ContainsKey(key);

    /// <summary>Returns an error with the line of a key, or of the header if the key is missing.</summary>
    public MachineFileException Error(string key, string problem) =>
        new(file, _values.TryGetValue(key, out var value) ? value.Line : Line, problem);

    public MachineFileException Missing(string key, string example) =>
        new(file, Line, $"{key} is missing {Kind.Place}; example: {key} = {example}");

    private MachineFileException WrongType(string key, string wanted) =>
        Error(key, $"{key} must be {wanted}, not {_values[key].Describe()}");

    public string? Text(string key)
    {
        if (!_values.TryGetValue(key, out var value))
            return null;
        return value.Kind == TomlKind.Text ? value.Text : throw WrongType(key, "a string");
    }

    /// <summary>Reads a table of strings, numbers and flags as words, or one of these, which has no key.</summary>
    /// <param name="example">A table, for messages.</param>
    public IReadOnlyList<(string Key, string Value)> Words(string key, string example)
    {
        var value = _values[key];
        return value.Kind == TomlKind.Table ? WordsOf(value, key, example) : [("", Word(value, key, example))];
    }

    /// <summary>Reads an array of tables as <see cref="Words"/> does; a key that is missing has none.</summary>
    public IReadOnlyList<IReadOnlyList<(string Key, string Value)>> Tables(string key, string example)
    {
        if (!_values.TryGetValue(key, out var value))
            return [];
        return value.Kind == TomlKind.List && value.Items.All(item => item.Kind == TomlKind.Table)
            ? [.. value.Items.Select(item => WordsOf(item, key, example))]
            : throw WrongType(key, $"a list of tables such as {example}");
    }

    private (string Key, string Value)[] WordsOf(TomlValue table, string key, string example) =>
        [.. table.Entries.Select(entry => (entry.Key, Word(entry.Value, key, example)))];

    private string Word(TomlValue word, string key, string example) => word.Kind switch
    {
        TomlKind.Text => word.Text,
        TomlKind.Integer => word.Integer.ToString(CultureInfo.InvariantCulture),
        TomlKind.Boolean => word.Boolean ? "true" : "false",
        _ => throw Error(key, $"{key} must be a string or a table such as {example}, not {word.Describe()}"),
    };

    public bool? Flag(string key)
    {
        if (!_values.TryGetValue(key, out var value))
            return null;
        return value.Kind == TomlKind.Boolean ? value.Boolean : throw WrongType(key, "true or false");
    }

    /// <summary>Reads a key that is true, false or one of some words; false if it is left out.</summary>
    public (bool? Flag, string? Word) FlagOr(string key, params string[] words)
    {
        if (!_values.TryGetValue(key, out var value))
            return (false, null);
        if (value.Kind == TomlKind.Boolean)
            return (value.Boolean, null);
        return value.Kind == TomlKind.Text && words.Contains(value.Text)
            ? (null, value.Text)
            : throw WrongType(key, $"true, false, {string.Join(" or ", words.Select(word => $"\"{word}\""))}");
    }

    public long? Integer(string key, long min, long max)
    {
        if (!_values.TryGetValue(key, out var value))
            return null;
        if (value.Kind != TomlKind.Integer)
            throw WrongType(key, $"a number from {min} to {max}");
        return value.Integer >= min && value.Integer <= max
            ? value.Integer
            : throw Error(key, $"{key} must be from {min} to {max}, not {value.Integer}");
    }

    /// <summary>Reads a size or an address: a number of bytes, or a string such as <c>"512M"</c> or <c>"0x140000000"</c>.</summary>
    public long? Bytes(string key)
    {
        if (!_values.TryGetValue(key, out var value))
            return null;
        if (value.Kind == TomlKind.Integer && value.Integer >= 0)
            return value.Integer;
        if (value.Kind == TomlKind.Text && ByteSize.TryParse(value.Text, out var bytes))
            return bytes;
        throw WrongType(key, "a number of bytes such as \"512M\", \"5G\" or \"0x140000000\"");
    }

    public bool IsTable(string key) => _values.TryGetValue(key, out var value) && value.Kind == TomlKind.Table;

    public bool IsList(string key) => _values.TryGetValue(key, out var value) && value.Kind == TomlKind.List;

    /// <summary>Reads an array of strings; a key that is missing has none.</summary>
    public IEnumerable<string> Texts(string key, string example)
    {
        if (!_values.TryGetValue(key, out var value))
            return [];
        if (value.Kind != TomlKind.List)
            throw WrongType(key, $"a list of strings such as {example}");
        return value.Items.Select(item => item.Kind == TomlKind.Text
            ? item.Text
            : throw new MachineFileException(file, item.Line, $"{key} must contain strings such as {example}, not {item.Describe()}"));
    }

    /// <summary>
    /// Reads numbers as the kernel lists them, <c>"0-3,8"</c>, or one number, or an array of numbers. Ranges are not expanded, so that a
    /// huge one costs nothing before it is checked.
    /// </summary>
    public IReadOnlyList<(int First, int Last)>? Ranges(string key, int max)
    {
        if (!_values.TryGetValue(key, out var value))
            return null;
        return value.Kind switch
        {
            TomlKind.Integer => [(Number(key, value.Integer, max), (int)value.Integer)],
            TomlKind.Text => [.. RangesIn(key, value.Text, max)],
            TomlKind.List => [.. value.Items.Select(item => item.Kind == TomlKind.Integer
                ? (Number(key, item.Integer, max), (int)item.Integer)
                : throw new MachineFileException(file, item.Line, $"{key} must contain numbers, not {item.Describe()}"))],
            _ => throw WrongType(key, "numbers such as \"0-3,8\""),
        };
    }

    /// <summary>Parses numbers as the kernel lists them.</summary>
    public IEnumerable<(int First, int Last)> RangesIn(string key, string text, int max) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => Range(key, part.Trim(), max));

    private (int First, int Last) Range(string key, string part, int max)
    {
        var dash = part.IndexOf('-', StringComparison.Ordinal);
        var (low, high) = dash < 0 ? (part, part) : (part[..dash], part[(dash + 1)..]);
        if (!long.TryParse(low, out var first) || !long.TryParse(high, out var last))
            throw Error(key, $"\"{part}\" in {key} is not a number or a range; example: \"0-3,8\"");
        if (first > last)
            throw Error(key, $"\"{part}\" in {key} is reversed; write \"{last}-{first}\"");
        return (Number(key, first, max), Number(key, last, max));
    }

    private int Number(string key, long number, int max) =>
        number >= 0 && number <= max ? (int)number : throw Error(key, $"{number} in {key} is out of range (0 to {max})");
}
