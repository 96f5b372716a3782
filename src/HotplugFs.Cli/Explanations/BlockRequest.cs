using HotplugFs.Cli.Maps;

namespace HotplugFs.Cli.Explanations;

/// <summary>A write that is explained.</summary>
/// <param name="Path">The file below the mount point.</param>
/// <param name="Text">What is written.</param>
/// <param name="Block">The number of the block whose state is written; null if it is another file.</param>
internal sealed record BlockRequest(string Path, string Text, int? Block)
{
    private const string Memory = "sys/devices/system/memory";

    /// <summary>The file as users name it: <c>memory43/state</c>.</summary>
    public string Name => Block is { } block ? $"memory{block}/state" : Path;

    /// <summary>The file <c>state</c> of a block.</summary>
    public static string StateOf(int block) => $"{Memory}/memory{block}/state";

    /// <summary>Finds the file that a word names: <c>43</c>, <c>memory43</c>, or a file such as <c>dimms/unplug</c>.</summary>
    /// <returns>The request; null if there is no such file.</returns>
    public static BlockRequest? Find(SimulatedFiles files, string word, string text)
    {
        var name = word.TrimEnd('/');
        name = name.EndsWith("/state", StringComparison.Ordinal) ? name[..^"/state".Length] : name;
        var digits = name.StartsWith("memory", StringComparison.Ordinal) ? name["memory".Length..] : name;
        if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var block) && files.Exists(StateOf(block)))
            return new BlockRequest(StateOf(block), text, block);
        return ((string[])["", Memory, "hotplugfs"]).Select(place => System.IO.Path.Combine(place, word.TrimStart('/')))
            .Where(path => word.Contains('/', StringComparison.Ordinal) && files.Exists(path))
            .Select(path => new BlockRequest(path, text, null)).FirstOrDefault();
    }
}
