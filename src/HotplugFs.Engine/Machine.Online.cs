using HotplugFs.Abi;
using HotplugFs.Engine.Memory;
using HotplugFs.Engine.Notifiers;

namespace HotplugFs.Engine;

// Bringing the pages of a block online (online_pages). Source: legacy.md 3.
public sealed partial class Machine
{
    private IEnumerable<HotplugStep> OnlineBlock(HotplugOperation operation, BlockId id, OnlineType request)
    {
        var zonesBefore = _blocks[id].Zones;
        if ((CheckPoison(id) ?? Profile.Zones.PrepareOnline(this, this[id], request)) is { } refusal)
        {
            Refuse(operation, id.ToString(), request.Word(), refusal);
            yield break;
        }
        var block = this[id];
        var argument = NotifyArgument(block);
        var answer = Notifiers.Ask(MemoryAction.GoingOnline, argument, out var refusedBy);
        if (!answer.IsOk)
        {
            Profile.Zones.OnlineRefused(this, block);
            var moved = _blocks[id].Zones == zonesBefore ? "" : $"; the block stays offline, but in zone {block.Zones.Lowest.Name()}";
            Refuse(operation, id.ToString(), request.Word(),
                new Refusal(answer.Error, $"{refusedBy!.Name} answered MEM_GOING_ONLINE with {answer.Error.Name()}{moved}"));
            yield break;
        }
        yield return HotplugStep.GoingOnline;

        AccountOnline(block);
        _blocks[id].State = MemoryBlockState.Online;
        Notifiers.Tell(MemoryAction.Online, argument);
    }

    private void AccountOnline(in MemoryBlock block)
    {
        var zone = block.Node.Zone(block.Zones.Lowest);
        var pages = block.Pages.Length - block.HolePages;
        zone.PresentPages += pages;
        zone.ManagedPages += pages;
        if (block.IsBoot)
            zone.PresentBootPages += pages;
        CountInDimm(DimmAt(block.Dimm), zone, 1);
        NodeStates.Memory.Add(block.Node.Number);
        if (zone.Type <= LastHighZone)
            NodeStates.HighMemory.Add(block.Node.Number);
        if (zone.Type <= LastNormalZone)
            NodeStates.NormalMemory.Add(block.Node.Number);
    }

    private static void CountInDimm(Dimm? dimm, Zone zone, int change)
    {
        if (dimm is null)
            return;
        if (zone.IsKernelZone)
            dimm.KernelBlocks += change;
        else
            dimm.MovableBlocks += change;
    }

    /// <summary>The node states that change if an offline block comes online (node_states_check_changes_online).</summary>
    private MemoryNotify NotifyArgument(in MemoryBlock block)
    {
        var node = block.Node.Number;
        var zone = block.Zones.Lowest;
        return new MemoryNotify(
            block.Pages,
            NodeStates.Memory.Contains(node) ? -1 : node,
            zone > LastNormalZone || NodeStates.NormalMemory.Contains(node) ? -1 : node,
            zone > LastHighZone || NodeStates.HighMemory.Contains(node) ? -1 : node);
    }
}
