using HotplugFs.Abi;
using HotplugFs.Engine.Memory;
using HotplugFs.Engine.Notifiers;

namespace HotplugFs.Engine;

// Taking the pages of a block out of use (offline_pages). Source: legacy.md 4.
public sealed partial class Machine
{
    private IEnumerable<HotplugStep> OfflineBlock(HotplugOperation operation, BlockId id)
    {
        _blocks[id].State = MemoryBlockState.GoingOffline;
        yield return HotplugStep.GoingOffline;
        _blocks[id].State = MemoryBlockState.Online;

        var block = this[id];
        if (CheckOffline(block) is { } refusal)
        {
            Refuse(operation, id.ToString(), OnlineType.Offline.Word(), refusal);
            yield break;
        }
        var argument = NotifyArgumentOffline(block);
        var answer = Notifiers.Ask(MemoryAction.GoingOffline, argument, out var refusedBy);
        if (!answer.IsOk)
        {
            Refuse(operation, id.ToString(), OnlineType.Offline.Word(),
                new Refusal(answer.Error, $"{refusedBy!.Name} answered MEM_GOING_OFFLINE with {answer.Error.Name()}"));
            yield break;
        }

        _blocks[id].State = MemoryBlockState.GoingOffline;
        yield return HotplugStep.Migrating;
        if (operation.Interrupted)
        {
            _blocks[id].State = MemoryBlockState.Online;
            Notifiers.Tell(MemoryAction.CancelOffline, argument);
            Refuse(operation, id.ToString(), OnlineType.Offline.Word(), new Refusal(Errno.EINTR, "a signal came while its pages were moved away"));
            yield break;
        }
        AccountOffline(block, argument);
        _blocks[id].State = MemoryBlockState.Offline;
        Profile.Zones.Offlined(this, block);
        Notifiers.Tell(MemoryAction.Offline, argument);
    }

    private Refusal? CheckOffline(in MemoryBlock block)
    {
        if (Profile.Zones.CheckOffline(this, block) is { } refusal)
            return refusal;
        var isolated = IsolatePages(block);
        return isolated.IsOk ? null : new Refusal(isolated.Error, "it holds pages of the kernel, which cannot be moved away");
    }

    private void AccountOffline(in MemoryBlock block, in MemoryNotify argument)
    {
        var zone = block.Node.Zone(block.Zones.Lowest);
        var pages = block.Pages.Length - block.HolePages;
        zone.PresentPages -= pages;
        zone.ManagedPages -= pages;
        if (block.IsBoot)
            zone.PresentBootPages -= pages;
        CountInDimm(DimmAt(block.Dimm), zone, -1);
        if (argument.StatusChangeNode >= 0)
            NodeStates.Memory.Remove(argument.StatusChangeNode);
        if (argument.StatusChangeNodeHigh >= 0)
            NodeStates.HighMemory.Remove(argument.StatusChangeNodeHigh);
        if (argument.StatusChangeNodeNormal >= 0)
            NodeStates.NormalMemory.Remove(argument.StatusChangeNodeNormal);
    }

    /// <summary>The node states that change if an online block goes offline (node_states_check_changes_offline).</summary>
    private MemoryNotify NotifyArgumentOffline(in MemoryBlock block)
    {
        var node = block.Node;
        var pages = block.Pages.Length;
        var zone = block.Zones.Lowest;
        int NodeIfLast(ZoneType last) => zone <= last && node.PresentPagesUpTo(last) <= pages ? node.Number : -1;
        return new MemoryNotify(block.Pages, NodeIfLast(ZoneType.Device), NodeIfLast(LastNormalZone), NodeIfLast(LastHighZone));
    }
}
