using HotplugFs.Machines.Recordings;

namespace HotplugFs.Machines.Dumps;

/// <summary>Reads <c>sys/firmware/memory</c> of a dump: which blocks are standby memory (docs/kernels.md, "Memory of s390x").</summary>
internal static class StandbyDump
{
    /// <summary>Returns the machine with its standby memory. Files that contradict the blocks are a loss.</summary>
    public static MachineDefinition Complete(MachineDefinition machine, IDump dump, Losses losses)
    {
        var max = PhysicalMemory.AddressEndOf(machine.BlockSizeBytes) / machine.BlockSizeBytes - 1;
        int[] numbers = [.. dump.List(DumpPaths.Standby).Select(name => DumpPaths.Number(name, "memory")).OfType<int>().Order()];
        if (numbers.Length == 0)
            return machine;
        if (!machine.Architecture.HasStandby)
        {
            losses.Add(DumpPaths.Standby, $"{machine.Architecture.Name} has no standby memory; it is left out");
            return machine;
        }
        var present = machine.Memory.SelectMany(range => Enumerable.Range(range.First.Number, range.Count)).ToHashSet();
        var standby = new SortedSet<int>();
        foreach (var number in numbers)
        {
            var (name, path) = ($"memory{number}", $"{DumpPaths.Standby}/memory{number}");
            var (config, holds) = (dump.Read($"{path}/config"), dump.Read($"{path}/memmap_on_memory"));
            if (number > max || config is not ("0" or "1"))
                losses.Add(name, $"no block in {DumpPaths.Standby} that can be; it is left out");
            else if (config == "1" != present.Contains(number))
                losses.Add(name, $"{DumpPaths.Standby} contradicts {DumpPaths.Memory}, which counts");
            else if (config == "0" || holds == "1")
                standby.Add(number);
            if (standby.Contains(number) && holds == "0")
                losses.Add(name, "its memmap_on_memory is 0; it is 1 in the machine");
        }
        return HotAddedBlocks.Mark(
            machine with { Standby = [.. standby] },
            range => range.Count == 1 && standby.Contains(range.First.Number) ? range with { HotAdded = true } : range);
    }
}
