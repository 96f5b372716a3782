namespace HotplugFs.Replay.Comparison;

/// <summary>Describes the state of a machine, one fact a line.</summary>
internal static class StateWords
{
    /// <summary>Returns all facts of a state.</summary>
    public static IEnumerable<string> All(MachineState state) => Changes(new MachineState(), state);

    /// <summary>Returns what is new in a later state.</summary>
    public static IEnumerable<string> Changes(MachineState before, MachineState after)
    {
        if (before.ChangesTo(after) is not { } changes)
            return [];
        var blocks = (changes.Blocks ?? []).OrderBy(block => block.Key).Select(block => block.Value is { } facts
            ? $"memory{block.Key} {facts.State}{(facts.ValidZones == MachineState.Absent ? "" : $", valid_zones {facts.ValidZones}")}"
            : $"memory{block.Key} removed");
        var nodes = (changes.Nodes ?? []).Where(file => file.Value != MachineState.Absent)
            .OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => $"{file.Key} {file.Value}".TrimEnd());
        return [.. blocks, .. nodes];
    }
}
