namespace HotplugFs.Machines.Toml;

/// <summary>A kind of section of a machine file.</summary>
/// <param name="Name">The word between the brackets; empty for the keys before any header.</param>
/// <param name="CountMax">How many sections of this kind a file can have.</param>
/// <param name="Meaning">What a section describes; a phrase that begins in upper case and has no full stop.</param>
/// <param name="Keys">The known keys, in the order in which they are documented.</param>
public sealed record SectionKind(string Name, int CountMax, string Meaning, params SectionKey[] Keys)
{
    /// <summary>The place of the keys, for messages.</summary>
    public string Place => Name.Length == 0 ? "before the first section" : $"in [[{Name}]]";

    /// <summary>The words that a file may have before an equals sign.</summary>
    internal string[] KeyNames { get; } = [.. Keys.Select(key => key.Name)];
}

/// <summary>A line that a machine file can have.</summary>
/// <param name="Name">The word before the equals sign.</param>
/// <param name="Form">An example of a value, or the words that are possible.</param>
/// <param name="Meaning">What it sets, and what holds without it; begins in lower case and has no full stop.</param>
public sealed record SectionKey(string Name, string Form, string Meaning);
