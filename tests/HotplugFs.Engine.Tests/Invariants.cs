using HotplugFs.Engine.Notifiers;

namespace HotplugFs.Engine.Tests;

/// <summary>Checks what holds in every state of every machine.</summary>
internal static class Invariants
{
    /// <param name="mayGoOffline">True if an offline may wait.</param>
    public static void Check(Machine machine, bool mayGoOffline = false)
    {
        var blocks = Snapshot.Ids(machine).Select(id => machine[id]).ToArray();
        foreach (var node in machine.PossibleNodes)
        {
            var own = blocks.Where(block => block.Node == node).ToArray();
            CheckZones(node, own);
            // The first page of a machine is in no zone, if the zones are as a real kernel has them. An offline subtracts it all the same.
            var firstPage = own.Any(block => block.Id.Number == 0) ? 1 : 0;
            Assert.That(node.PresentPages, Is.InRange(OnlinePages(own) - firstPage, OnlinePages(own)), $"present pages of node {node.Number}");
            Assert.That(node.Blocks.Count, Is.EqualTo(own.Length));
            // Where all nodes are online from boot on, an empty one is until memory was removed from it.
            if (own.Length > 0 || node.Cpus.Count > 0 || !machine.Architecture.BootsAllNodes)
                Assert.That(node.Online, Is.EqualTo(own.Length > 0 || node.Cpus.Count > 0), $"node {node.Number} online");
            Assert.That(machine.NodeStates.Online.Contains(node.Number), Is.EqualTo(node.Online));
            CheckStates(machine, node, own.Where(block => block.State != MemoryBlockState.Offline).ToArray());
        }
        Assert.That(blocks.Count(block => block.State == MemoryBlockState.GoingOffline), Is.LessThanOrEqualTo(mayGoOffline ? 1 : 0));
        PageAccounts.Check(machine);
    }

    private static void CheckZones(NumaNode node, MemoryBlock[] own)
    {
        foreach (var zone in node.Zones)
        {
            var members = own.Where(block => block.Zones.Has(zone.Type)).ToArray();
            // How many pages of a block that straddles a boundary are in each zone is known at boot only.
            if (members.All(block => block.Zones.IsSingle))
                Assert.That(zone.PresentPages, Is.EqualTo(OnlinePages(members)), $"present pages of {zone}");
            Assert.That(zone.Blocks.Count, Is.EqualTo(members.Length), $"blocks of {zone}");
            Assert.That(zone.Span.IsEmpty || zone.Initialized, $"{zone} has a span but is not initialized");
            foreach (var block in members)
                Assert.That(zone.Blocks.Contains(block.Id.Number));
        }
    }

    private static long OnlinePages(IEnumerable<MemoryBlock> blocks) =>
        blocks.Where(block => block.State != MemoryBlockState.Offline).Sum(block => block.Pages.Length - block.HolePages);

    private static void CheckStates(Machine machine, NumaNode node, MemoryBlock[] online)
    {
        var lastNormal = machine.HasHighMemory ? ZoneType.Normal : machine.HasMovableOnlyNodes ? ZoneType.HighMem : ZoneType.Movable;
        var normal = online.Where(block => block.Zones.Lowest <= lastNormal);
        Assert.That(machine.NodeStates.Memory.Contains(node.Number), Is.EqualTo(online.Length > 0), $"node {node.Number} has memory");
        var hasNormalMemory = machine.NodeStates.NormalMemory.Contains(node.Number);
        // Some kernels set it at boot only.
        Assert.That(machine.Rules.FreezesNormalMemory || hasNormalMemory == normal.Any(), $"node {node.Number} has normal memory");
        var movableOnly = online.Length > 0 && online.All(block => block.Zones.Lowest == ZoneType.Movable);
        Assert.That(movableOnly && !machine.HasMovableOnlyNodes, Is.False, $"node {node.Number} has movable memory only, without movable_node");
    }
}

/// <summary>Checks that every GOING action is followed by its completion or its CANCEL.</summary>
internal sealed class ChainWatcher : IMemoryNotifier
{
    private (MemoryAction Action, PfnRange Pages)? _going;

    public int Priority => 1000;

    public string Name => "watcher";

    public bool IsIdle => _going is null;

    /// <summary>Forgets the operation that is open, because another state of the machine was restored.</summary>
    public void Forget() => _going = null;

    public Result Notify(MemoryAction action, in MemoryNotify argument)
    {
        if (action is MemoryAction.GoingOnline or MemoryAction.GoingOffline)
        {
            Assert.That(_going, Is.Null, $"{action} while {_going} is open");
            _going = (action, argument.Pages);
            return Result.Ok;
        }
        var (begun, pages) = _going!.Value;
        var ends = begun == MemoryAction.GoingOnline
            ? action is MemoryAction.Online or MemoryAction.CancelOnline
            : action is MemoryAction.Offline or MemoryAction.CancelOffline;
        Assert.That(ends, $"{action} after {begun}");
        Assert.That(argument.Pages, Is.EqualTo(pages));
        _going = null;
        return Result.Ok;
    }
}
