namespace HotplugFs.Machines.Toml;

/// <summary>A kind of section of a machine file.</summary>
/// <param name="Name">The word between the brackets; empty for the keys before any header.</param>
/// <param name="CountMax">How many sections of this kind a file can have.</param>
/// <param name="Keys">The known keys, in the order in which they are written.</param>
internal sealed record SectionKind(string Name, int CountMax, string[] Keys)
{
    /// <summary>The place of the keys, for messages.</summary>
    public string Place => Name.Length == 0 ? "before the first section" : $"in [[{Name}]]";
}
