using HotplugFs.Engine.Memory;
using HotplugFs.Kernfs;

namespace HotplugFs.Sysfs.Tests;

/// <summary>The state of a machine and its files as text, to compare it with another one.</summary>
internal static class StateText
{
    /// <summary>
    /// What a restored state may have in another way. Generations and the positions of logs never go back; the rest is about the caller of
    /// the moment, is a buffer or a cache, is made when it is looked up, or is compared in another way.
    /// </summary>
    private static readonly HashSet<string> NotState =
    [
        "Machine._definition", "CpuDevices._definition", "CpuDevices.Topology", "BlockTable._pages",
        "DaxBus._generation", "DaxDevice.Generation",
        "Dimm.Generation", "DimmSlots._generation", "Load.Generation", "Loads._generation", "MemoryBlock.Generation",
        "NumaNode.Generation", "LineLog.Start", "LineLog.End", "LineLog.Restored", "LineLog._ring", "LineLog._line", "Zone.UseOrder",
        "HotplugLock.Caller", "HotplugLock._holder", "MemoryHotplug._zonesBeforeOnline", "Journal._line", "Journal.Json", "Journal._path",
        "Journal._zones", "Journal._refusal", "Journal._write", "Journal._waiting", "ReadFaults._restores", "ReadFaults._path",
        "MachineTime._offset", "MachineTime._start",
        "MachineTime.Replayed", "MachineTime.Recorder", "MachineTime._progress", "MachineTime._isRefusedHere", "Journal._names",
        "MachineTime._abandoned", "Checkpoints._states", "MachineTree._ueventLine", "KernfsTree._measured",
        "KernfsTree.Changes", "KernfsTree.OpenFiles", "PerObject._values", "FirmwareMap._boot",
        "MemoryTiers._removals", "MemoryTiers._usual", "MemoryTiers._isUsualKnown",
        "ChangedAttributes._byNode", "NodeKinds._kinds", "NodeKinds._bySet",
    ];

    /// <summary>Every field of the machine and its files that belongs to the state.</summary>
    public static string[] Of(TestTree tree) => ObjectGraph.Describe(
        new object[] { tree.MachineTree, tree.Machine.Blocks.Members().Select(number => tree.Machine[new BlockId(number)]).ToArray() },
        field => NotState.Contains($"{field.DeclaringType!.Name}.{ObjectGraph.Name(field)}"));

    public static void Compare(string[] actual, string[] expected)
    {
        for (var i = 0; i < Math.Min(actual.Length, expected.Length); i++)
            if (actual[i] != expected[i])
                Assert.Fail($"line {i}: {actual[i]}, but it was {expected[i]}");
        Assert.That(actual, Has.Length.EqualTo(expected.Length));
    }

    /// <summary>Reads every file that can be read.</summary>
    public static List<string> ReadAll(TestTree tree)
    {
        var lines = new List<string>();
        Visit("");
        return lines;

        void Visit(string path)
        {
            foreach (var name in tree.List(path))
            {
                var (child, node) = ($"{path}/{name}", tree.Tree.Find($"{path}/{name}").Value);
                var attributes = tree.Tree.GetAttributes(node).Value;
                if (attributes.IsDirectory)
                    Visit(child);
                else if (attributes.IsRegular && (attributes.Mode & ModeBits.AnyRead) != 0)
                    lines.Add($"{child} {attributes.Mode:x}: {Read(tree, node)}");
            }
        }
    }

    private static string Read(TestTree tree, NodeId node)
    {
        if (!tree.Tree.Open(node, OpenFlags.ReadOnly).TryGet(out var file, out var error))
            return error.Name();
        var buffer = new byte[1 << 20];
        var read = file.Read(0, buffer);
        tree.Tree.OpenFiles.Release(file);
        return read.TryGet(out var count, out error) ? Encoding.UTF8.GetString(buffer, 0, count) : error.Name();
    }
}
