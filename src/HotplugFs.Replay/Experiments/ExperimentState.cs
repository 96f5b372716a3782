using System.Text.Json;

namespace HotplugFs.Replay.Experiments;

/// <summary>Reads the blocks and node states of a log.</summary>
internal static class ExperimentState
{
    /// <summary>Applies a line with the blocks that changed; a block that is null was removed.</summary>
    /// <exception cref="FormatException">The line is not of this form.</exception>
    public static void ApplyBlocks(MachineState state, ExperimentStep step)
    {
        foreach (var block in step.Field("blocks").EnumerateObject())
        {
            if (!int.TryParse(block.Name, CultureInfo.InvariantCulture, out var number))
                throw new FormatException($"\"{block.Name}\" is not the number of a block");
            if (block.Value.ValueKind == JsonValueKind.Null)
                state.Blocks.Remove(number);
            else
                state.Blocks[number] = new BlockFacts(Text(block.Value, 0), Text(block.Value, 1), Text(block.Value, 2));
        }
        if (step.Field("nodes") is { ValueKind: JsonValueKind.Object } nodes)
            foreach (var file in nodes.EnumerateObject())
                state.Nodes[file.Name] = file.Value.GetString() ?? "";
    }

    private static string Text(JsonElement facts, int index) => facts[index].GetString() ?? "";
}
