using HotplugFs.Machines.Toml;
using HotplugFs.Sysfs.Control;

namespace HotplugFs.Machines.Files;

/// <summary>Reads scenarios (TOML; docs/scenario.md): <c>[[at]]</c> and <c>[[on]]</c> sections with the actions of a step.</summary>
public static class ScenarioFile
{
    private const int StepsMax = 1 << 12;
    private const int TimesMax = 1_000_000;
    private const string Example = "{ id = \"dimm2\", node = 1, size = \"1G\" }";
    private const string WriteExample = "{ file = \"sys/devices/system/memory/memory40/state\", text = \"offline\" }";

    private static readonly string[] Actions = [.. ScenarioAction.Words];
    private static readonly SectionKey[] ActionKeys = [.. Actions.Select(word => new SectionKey(word, Example, "what the step does"))];
    private static readonly SectionKind Top = new("", 1, "Nothing");

    private static readonly SectionKind At = new("at", StepsMax, "A step at a time",
        [new("time", "\"2s\"", "when it runs, from the machine's start on"), .. ActionKeys]);

    private static readonly SectionKind On = new("on", StepsMax, "A step after an event",
        [
            new("event", "\"online memory48\"", "what starts it"),
            new("times", "1", "how many times it runs at most; otherwise once"),
            .. ActionKeys,
        ]);

    /// <summary>Loads a scenario for a machine.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MachineFileException">The file cannot be read, is invalid, or has a step that cannot happen on this machine.</exception>
    public static IReadOnlyList<ScenarioStep> Load(string path, Machine machine)
    {
        if (Directory.Exists(path))
            throw new MachineFileException(path, 0, "this is a directory; name a scenario (TOML)");
        try
        {
            using var stream = File.OpenRead(path);
            return Parse(path, MachineFile.ReadText(path, stream), machine);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new MachineFileException(path, 0, $"it cannot be read: {problem.Message}");
        }
    }

    /// <summary>Reads a scenario.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="text">TOML.</param>
    /// <inheritdoc cref="Load"/>
    public static IReadOnlyList<ScenarioStep> Parse(string file, string text, Machine machine)
    {
        ScenarioStep[] steps = [.. TomlSections.Read(file, text, [Top, At, On]).Skip(1).Select(section => Step(section, machine))];
        return steps.Length > 0 ? steps : throw new MachineFileException(file, 0, "it has no step; write [[at]] or [[on]] and its keys below");
    }

    private static ScenarioStep Step(Section section, Machine machine)
    {
        TimeSpan? time = null;
        ScenarioEvent? happens = null;
        if (section.Kind == At)
        {
            var given = section.Text("time") ?? throw section.Missing("time", "\"2s\"");
            time = TimeText.TryParse(given, out var parsed) ? parsed : throw section.Error("time", $"\"{given}\" is no time; write 2s or 500ms");
        }
        else
        {
            var given = section.Text("event") ?? throw section.Missing("event", "\"online memory48\"");
            if (!ScenarioEvent.TryParse(given, out happens))
                throw section.Error("event", $"\"{given}\" is no event; write {ScenarioEvent.Form}");
            RequirePossible(section, happens, machine);
        }
        var times = section.Kind == On ? (int)(section.Integer("times", 1, TimesMax) ?? 1) : 1;
        ScenarioAction[] actions = [.. section.Keys.Where(Actions.Contains).Select(word => Action(section, word, machine))];
        return actions.Length > 0
            ? new ScenarioStep(section.Line, time, happens, times, actions)
            : throw section.Error("", $"the step does nothing; add one of {string.Join(", ", Actions)}");
    }

    private static ScenarioAction Action(Section section, string word, Machine machine)
    {
        if (word == ScenarioAction.Write)
        {
            var values = section.Words(word, WriteExample).ToDictionary(each => each.Key, each => each.Value);
            return values.Count == 2 && values.TryGetValue("file", out var file) && values.TryGetValue("text", out var text)
                ? new ScenarioAction(word, file.Trim('/'), text)
                : throw section.Error(word, $"write needs a file and a text: {WriteExample}");
        }
        var action = ScenarioAction.Make(word, section.Words(word, Example), out var problem);
        if (problem.Length > 0)
            throw section.Error(word, $"{word}: {problem}");
        if (action.Node is { } node && machine.FindNode(node) is null)
            throw section.Error(word, $"{word}: the machine has no node {node}");
        return action;
    }

    /// <summary>Names of blocks and nodes that the machine can never have.</summary>
    private static void RequirePossible(Section section, ScenarioEvent happens, Machine machine)
    {
        var name = happens.Name.Split('/')[0];
        if (Number("node") is { } node && machine.FindNode(node) is null)
            throw section.Error("event", $"the machine has no node {node}");
        if (Number("memory") is { } block && block > BlockId.MaxNumber)
            throw section.Error("event", $"a machine can have memory0 to memory{BlockId.MaxNumber}, not {name}");

        int? Number(string prefix) => name.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(name[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
