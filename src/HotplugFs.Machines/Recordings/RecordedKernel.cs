namespace HotplugFs.Machines.Recordings;

/// <summary>The kernel that a recording names: <c>4.9-mny</c>, <c>arm64-6.1</c>, <c>arm64-6.1-plain</c>.</summary>
/// <param name="Architecture">The architecture; null if the name does not begin with one.</param>
/// <param name="Version">The catalogue's name.</param>
/// <param name="Build">How it was built, or an empty text.</param>
internal sealed record RecordedKernel(Architecture? Architecture, string Version, string Build)
{
    /// <summary>True if it was built with or without CONFIG_MOVABLE_NODE, as the name shows.</summary>
    public bool NamesMovableNode => Build is "mny" or "mnn";

    /// <summary>Takes a name apart.</summary>
    public static RecordedKernel Parse(string name)
    {
        var parts = name.Split('-');
        var architecture = Architecture.Find(parts[0]);
        var rest = architecture is null ? parts : parts[1..];
        return rest is [[>= '0' and <= '9', ..] version, ..]
            ? new RecordedKernel(architecture, version, string.Join('-', rest[1..]))
            : new RecordedKernel(architecture, string.Join('-', rest), "");
    }
}
