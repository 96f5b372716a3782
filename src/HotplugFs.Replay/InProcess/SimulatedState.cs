using HotplugFs.Engine;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Replay.InProcess;

/// <summary>Reads the state of a simulated machine without its files.</summary>
internal static class SimulatedState
{
    public static MachineState Of(Machine machine)
    {
        var state = new MachineState();
        foreach (var number in machine.Blocks.Members())
        {
            var block = machine[new BlockId(number)];
            var node = machine.Config.Numa ? block.Node.Number.ToString(CultureInfo.InvariantCulture) : "";
            state.Blocks[number] = new BlockFacts(block.State.Word(), machine.ValidZones(block.Id).ToString(), node);
        }
        state.Nodes["possible"] = List(machine.NodeStates.Possible);
        state.Nodes["online"] = List(machine.NodeStates.Online);
        state.Nodes["has_memory"] = machine.HasMovableOnlyNodes ? List(machine.NodeStates.Memory) : MachineState.Absent;
        state.Nodes["has_normal_memory"] = List(machine.NodeStates.NormalMemory);
        state.Nodes[MachineState.HighMemory] = machine.HasHighMemory ? List(machine.NodeStates.HighMemory) : MachineState.Absent;
        state.Nodes["has_cpu"] = List(machine.NodeStates.Cpu);
        if (!machine.Config.Numa)
            foreach (var file in state.Nodes.Keys.ToArray())
                state.Nodes[file] = MachineState.Absent;
        foreach (var node in machine.PossibleNodes.Where(node => node.Online))
        {
            state.SetZone($"{node.Number}/node", new ZoneFacts(node.Span.Start, node.Span.Length, node.PresentPages + node.MemmapPages));
            foreach (var zone in node.Zones)
                state.SetZone($"{node.Number}/{zone.Type.Name()}", Facts(zone));
        }
        return state;
    }

    private static ZoneFacts Facts(Zone zone) =>
        new(zone.Span.Start, zone.Span.Length, zone.PresentPages, zone.ManagedPages, zone.Initialized);

    private static string List(BlockSet set)
    {
        var text = new TextBuffer();
        KernelText.AppendList(text, set.Members());
        return text.ToString();
    }
}
