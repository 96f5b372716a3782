namespace HotplugFs.Machines.Toml;

/// <summary>What kind of thing stands behind a key.</summary>
internal enum TomlKind
{
    Text,
    Integer,
    Boolean,
    List,

    /// <summary>A number with a fraction, a date or a table: valid TOML that no key of a machine file takes.</summary>
    Other,
}

/// <summary>A value of a machine file, with the line it stands in.</summary>
internal sealed record TomlValue(TomlKind Kind, int Line)
{
    public string Text { get; init; } = "";

    public long Integer { get; init; }

    public bool Boolean { get; init; }

    public IReadOnlyList<TomlValue> Items { get; init; } = [];

    /// <summary>What it is, for messages.</summary>
    public string Describe() => Kind switch
    {
        TomlKind.Text => $"the text \"{(Text.Length > 40 ? Text[..40] + "..." : Text)}\"",
        TomlKind.Integer => $"the number {Integer}",
        TomlKind.Boolean => Boolean ? "true" : "false",
        TomlKind.List => "a list",
        _ => Text,
    };
}
