using HotplugFs.Engine.Faults;

namespace HotplugFs.Sysfs.Control;

/// <summary>An action of a scenario's step: a text that is written to a file of the machine.</summary>
/// <param name="Word">The action's name: <c>plug</c>.</param>
/// <param name="File">The file below the mount point.</param>
/// <param name="Text">What is written; for <see cref="RemoveNode"/> the node's number.</param>
public sealed record ScenarioAction(string Word, string File, string Text)
{
    /// <summary>The action that writes to any file.</summary>
    public const string Write = "write";

    /// <summary>The action that unplugs all DIMMs of a node.</summary>
    public const string RemoveNode = "remove_node";

    /// <summary>The actions with the file of each, the words that stand in front without their keys, and what is wrong with a text.</summary>
    private static readonly (string Word, string File, string[] Positions, Func<string, string?> Problem)[] Kinds =
    [
        ("plug", "hotplugfs/dimms/plug", [], text => DimmRequest.TryParse(text, out _, out var problem) ? null : problem),
        ("unplug", "hotplugfs/dimms/unplug", ["id"], ProblemOfId),
        ("load", "hotplugfs/load/start", [], text => LoadRequest.TryParse(text, out _, out var problem) ? null : problem),
        ("resize", "hotplugfs/load/resize", [], text => LoadRequest.TryParseSize(text, out _, out _, out var problem) ? null : problem),
        ("stop", "hotplugfs/load/stop", ["id"], ProblemOfId),
        ("fault", "hotplugfs/faults", ["what", "when", "file", "outcome"],
            text => FaultSyntax.TryParse(FaultSyntax.Split(text), out _, out var problem) ? null : problem),
        ("virtio_mem", "hotplugfs/virtio_mem", [], text => VirtioMemFile.ProblemOf(text, out _)),
        ("migration_rate", "hotplugfs/migration_rate", [], text => MigrationRate.TryParse(text, out _) ? null : $"write {MigrationRate.Form}"),
        (RemoveNode, "hotplugfs/dimms/unplug", ["node"], text => int.TryParse(text, out var node) && node >= 0 ? null : "write a node's number"),
    ];

    /// <summary>The names of the actions.</summary>
    public static IEnumerable<string> Words => Kinds.Select(kind => kind.Word).Append(Write);

    /// <summary>Makes an action from its words.</summary>
    /// <param name="word">One of <see cref="Words"/> except <see cref="Write"/>.</param>
    /// <param name="values">The keys and values of a table, or one value without a key, which is the whole text.</param>
    /// <param name="problem">What is wrong, and what would be right; empty if nothing is.</param>
    public static ScenarioAction Make(string word, IReadOnlyList<(string Key, string Value)> values, out string problem)
    {
        var kind = Array.Find(Kinds, each => each.Word == word);
        var first = kind.Positions.SelectMany(key => values.Where(each => each.Key == key)).Select(each => each.Value);
        var rest = values.Where(each => !kind.Positions.Contains(each.Key))
            .Select(each => each.Key.Length == 0 ? each.Value : $"{each.Key}={each.Value}");
        var action = new ScenarioAction(word, kind.File, string.Join(' ', [.. first, .. rest]));
        problem = kind.Problem(action.Text) ?? "";
        return action;
    }

    /// <summary>The node that the action needs; null if it names none.</summary>
    public int? Node => Word switch
    {
        RemoveNode => int.Parse(Text, CultureInfo.InvariantCulture),
        "plug" when DimmRequest.TryParse(Text, out var dimm, out _) => dimm.Node,
        "load" when LoadRequest.TryParse(Text, out var load, out _) => load.Node,
        _ => null,
    };

    /// <summary>The action in words.</summary>
    public override string ToString() => Word == Write ? $"{Word} {Text} to {File}" : $"{Word} {Text}";

    private static string? ProblemOfId(string text) => DimmDefinition.IsId(text) ? null : $"write a name: {DimmDefinition.IdForm}";
}
