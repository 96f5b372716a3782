namespace HotplugFs.Machines.Dumps;

/// <summary>Which lines of a machine file were guessed.</summary>
internal sealed class Guesses
{
    private readonly Dictionary<string, string> _keys = [];
    private readonly HashSet<int> _zones = [];
    private readonly HashSet<int> _nodes = [];

    /// <summary>Marks a key at the top of the file.</summary>
    public void Key(string key, string why) => _keys.TryAdd(key, why);

    /// <summary>Marks the zone of a block.</summary>
    public void ZoneOf(int block) => _zones.Add(block);

    /// <summary>Marks where the nodes of a block meet.</summary>
    public void NodesOf(int block) => _nodes.Add(block);

    /// <summary>Adds a comment to each line that was guessed.</summary>
    public string Annotate(string text)
    {
        var (section, isGuessed, areNodes) = ("", false, false);
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("[[", StringComparison.Ordinal))
                section = lines[i];
            var key = lines[i].Split(' ')[0];
            if (section == "[[memory]]" && key == "blocks")
                (isGuessed, areNodes) = (Blocks(lines[i]).Any(_zones.Contains), Blocks(lines[i]).Any(_nodes.Contains));
            if (section.Length == 0 && _keys.TryGetValue(key, out var why))
                lines[i] += $"  # guessed: {why}";
            else if (section == "[[memory]]" && key == "zone" && isGuessed)
                lines[i] += "  # guessed: from the address";
            else if (section == "[[memory]]" && key == "other_nodes" && areNodes)
                lines[i] += "  # guessed: equal parts";
        }
        return string.Join('\n', lines);
    }

    /// <summary>Returns the blocks of a line <c>blocks = "3-5"</c>.</summary>
    private static IEnumerable<int> Blocks(string line)
    {
        var ends = line.Split('"')[1].Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    }
}
