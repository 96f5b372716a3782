namespace HotplugFs.Machines.Toml;

/// <summary>A kind of section of a machine file and the keys that it knows.</summary>
/// <param name="Name">The word between the brackets; empty for what stands before any header.</param>
/// <param name="CountMax">How many of them a file can have.</param>
/// <param name="Keys">The keys that it knows, in the order in which they are written.</param>
internal sealed record SectionKind(string Name, int CountMax, string[] Keys)
{
    /// <summary>Where it is, for messages.</summary>
    public string Place => Name.Length == 0 ? "before the first section" : $"in [[{Name}]]";
}
