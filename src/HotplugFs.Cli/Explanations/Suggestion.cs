using HotplugFs.Engine;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Explanations;

/// <summary>Finds what to do in place of a request for a block that is refused, by trying it on copies of the machine.</summary>
internal sealed class Suggestion(MachineCopy copy, BlockRequest request, RefusalRule? rule)
{
    /// <summary>How many other blocks are tried.</summary>
    private const int CandidatesMax = 32;

    /// <summary>How many blocks a message names one by one.</summary>
    private const int NamedMax = 4;

    /// <summary>Returns sentences that name other blocks; empty if none was found.</summary>
    public string Find()
    {
        if (request.Block is not { } number)
            return "";
        var machine = copy.Boot().Files.Machine;
        var block = machine[new BlockId(number)];
        var others = SimilarBlocks(machine, block).ToList();
        List<string> found = [];
        var near = others.Take(CandidatesMax).ToList();
        if (near.FindIndex(other => copy.Try(BlockRequest.StateOf(other), request.Text).IsDone) is >= 0 and var index)
            found.Add($"The same write to memory{near[index]} succeeds.");
        var first = rule switch
        {
            RefusalRule.NotAtBoundary => BlocksBetween(machine, block, others),
            RefusalRule.NeedsNormalMemory => near.Select(other => new[] { other }).FirstOrDefault(one => Leads(one, "online_kernel")),
            _ => null,
        };
        var word = rule == RefusalRule.NotAtBoundary ? request.Text : "online_kernel";
        if (first is { Length: > 0 } && Leads(first, word))
            found.Add($"Or write {word} to {Name(first)} first.");
        return string.Join(' ', found);
    }

    /// <summary>The other blocks of the node that are as the block is, near ones first.</summary>
    private static IEnumerable<int> SimilarBlocks(Machine machine, MemoryBlock block) => block.Node.Blocks.Members()
        .Where(other => other != block.Id.Number && machine[new BlockId(other)].State == block.State)
        .OrderBy(other => Math.Abs(other - block.Id.Number));

    /// <summary>The offline blocks of the zone from its end to the block, in the order in which they can leave it.</summary>
    private int[] BlocksBetween(Machine machine, MemoryBlock block, List<int> others)
    {
        var inZone = others.Where(other => machine[new BlockId(other)].Zones == block.Zones);
        return request.Text == OnlineType.OnlineMovable.Word()
            ? [.. inZone.Where(other => other > block.Id.Number).OrderDescending()]
            : [.. inZone.Where(other => other < block.Id.Number).Order()];
    }

    /// <summary>True if the request succeeds after the same word was written to other blocks.</summary>
    private bool Leads(int[] blocks, string word)
    {
        var machine = copy.Boot();
        return blocks.All(other => machine.Write(BlockRequest.StateOf(other), word).IsDone) && machine.Write(request.Path, request.Text).IsDone;
    }

    private static string Name(int[] blocks) => blocks.Length <= NamedMax
        ? string.Join(", ", blocks.Select(block => $"memory{block}"))
        : $"memory{blocks[0]} to memory{blocks[^1]}";
}
