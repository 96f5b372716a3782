namespace HotplugFs.Machines.Toml;

/// <summary>The types of values that machine files use.</summary>
internal enum TomlKind
{
    Text,
    Integer,
    Boolean,
    List,
    Table,

    /// <summary>A fraction or a date: valid TOML that no key accepts.</summary>
    Other,
}

/// <summary>A value of a machine file, with its line number.</summary>
internal sealed record TomlValue(TomlKind Kind, int Line)
{
    public string Text { get; init; } = "";

    public long Integer { get; init; }

    public bool Boolean { get; init; }

    public IReadOnlyList<TomlValue> Items { get; init; } = [];

    /// <summary>The keys and values of a table, in order.</summary>
    public IReadOnlyList<(string Key, TomlValue Value)> Entries { get; init; } = [];

    /// <summary>Returns the type and the value, for messages.</summary>
    public string Describe() => Kind switch
    {
        TomlKind.Text => $"the string \"{(Text.Length > 40 ? Text[..40] + "..." : Text)}\"",
        TomlKind.Integer => $"the number {Integer}",
        TomlKind.Boolean => Boolean ? "true" : "false",
        TomlKind.List => "a list",
        TomlKind.Table => "a table",
        _ => Text,
    };
}
