using HotplugFs.Engine.Notifiers;

namespace HotplugFs.Engine.Tests;

/// <summary>Short forms of what tests do to a machine and read from it.</summary>
internal static class MachineExtensions
{
    /// <summary>Executes an operation; <see cref="Stick"/> is left to the caller, who sets <see cref="Machine.IsolatePages"/>.</summary>
    public static Result<DeviceOutcome> Apply(this Machine machine, Operation operation)
    {
        switch (operation)
        {
            case WriteState(var block, var word):
                return machine.Devices.SetState(new BlockId(block), word);
            case Refused(var write):
                machine.Apply(new Inject(false, Errno.EIO));
                var refused = machine.Apply(write);
                machine.Apply(new Inject(false, null));
                return refused;
            case WriteOnline(var block, var online):
                return machine.Devices.SetOnline(new BlockId(block), online);
            case Plug(var id, var node, var first, var count):
                var plugged = machine.Plug(Machines.Dimm(id, node, first, count));
                return plugged.IsOk ? DeviceOutcome.Done : plugged.Error;
            case Unplug(var id):
                return ToOutcome(machine.Unplug(machine.Dimms.Find(id)!));
            case Probe(var number):
                return ToOutcome(machine.Devices.Probe((ulong)number * Machines.BlockSize));
            case Inject(var offline, var error):
                machine.ErrorInjection[offline ? MemoryAction.GoingOffline : MemoryAction.GoingOnline] = -(int)(error ?? 0);
                break;
            case WriteAutoOnline(var word):
                machine.Devices.AutoOnline = word;
                break;
            case WritePolicy(var auto, var ratio, var aware):
                var kind = auto ? OnlinePolicyKind.AutoMovable : OnlinePolicyKind.ContigZones;
                machine.OnlinePolicy = new OnlinePolicySettings { Kind = kind, RatioPercent = ratio, IsNumaAware = aware };
                break;
        }
        return DeviceOutcome.Done;
    }

    /// <summary>Writes a word to a block's <c>state</c>.</summary>
    public static Result<DeviceOutcome> Write(this Machine machine, int block, string word) =>
        machine.Devices.SetState(new BlockId(block), StateWords.AllRequests.Single(request => request.Word() == word));

    public static string State(this Machine machine, int block) => machine[new BlockId(block)].State.Word();

    public static string ValidZones(this Machine machine, int block) => machine.ValidZones(new BlockId(block)).ToString();

    public static ZoneType Zone(this Machine machine, int block) => machine[new BlockId(block)].Zones.Lowest;

    /// <summary>The first and the last block of a zone's span.</summary>
    public static string Blocks(this Machine machine, int node, ZoneType zone)
    {
        var pagesPerBlock = machine.BlockSizeBytes / PageSize.Usual;
        var span = machine.FindNode(node)!.Zone(zone).Span;
        var (first, last) = (span.Start / pagesPerBlock, (span.End - 1) / pagesPerBlock);
        return first == last ? $"{first}" : $"{first}-{last}";
    }

    private static Result<DeviceOutcome> ToOutcome(Result result) => result.IsOk ? DeviceOutcome.Done : result.Error;
}
