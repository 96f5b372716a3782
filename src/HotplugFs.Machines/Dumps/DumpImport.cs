using HotplugFs.Kernels;
using HotplugFs.Machines.Files;
using HotplugFs.Machines.Recordings;
using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Machines.Dumps;

/// <summary>Makes a machine from what was copied of a real one.</summary>
public static class DumpImport
{
    /// <summary>Makes the machine of a dump.</summary>
    /// <param name="file">The dump's name, for messages and as the machine's name.</param>
    /// <param name="kernel">The kernel to simulate instead of the dump's.</param>
    /// <exception cref="MachineFileException">It has no memory blocks, or no kernel could boot on it.</exception>
    public static ImportedMachine Import(string file, IDump dump, Losses losses, string? kernel = null)
    {
        var guesses = new Guesses();
        try
        {
            var (header, config) = DumpHeader.Read(dump, losses, guesses);
            var machine = RecordingMachine.Make(file, header, kernel);
            NoteLostNodes(header, machine.Definition, losses);
            config = config with { MemmapOnMemory = machine.Definition.Config.MemmapOnMemory };
            // Another kernel than the dump's has other lines.
            if (kernel is null)
                config = WithStatistics(config, dump, KernelCatalogue.Get(machine.Kernel, machine.Definition.Architecture).Files);
            var files = KernelCatalogue.Get(machine.Kernel, machine.Definition.Architecture).Files;
            var isX86 = machine.Definition.Architecture == Architecture.X86_64 || machine.Definition.Architecture == Architecture.I386;
            var cpu = new CpuModelDump(dump, losses, files).Complete(new CpuDump(dump, losses, machine.Definition.Nodes).Read(), isX86);
            machine = machine with { Definition = DumpHardware.Complete(machine.Definition with { Config = config, Cpu = cpu }, dump) };
            machine = machine with { Definition = StandbyDump.Complete(machine.Definition, dump, losses) };
            machine = machine with { Definition = machine.Definition with { Pci = new PciDump(dump, losses, machine.Definition).Read() } };
            return WriteWithDax(machine, dump, losses, guesses);
        }
        catch (Exception error) when (error is FormatException or ArgumentException or ArithmeticException)
        {
            throw new MachineFileException(file, 0, $"it does not describe a machine: {error.Message}");
        }
    }

    /// <summary>Makes the machine of an archive (tar).</summary>
    /// <inheritdoc cref="Import"/>
    public static ImportedMachine ImportArchive(string file, Stream archive, string? kernel = null)
    {
        var losses = new Losses();
        return Import(file, TarDump.Read(archive, losses), losses, kernel);
    }

    /// <summary>Makes a machine from a text: lsmem's output, a recording, or a machine file.</summary>
    /// <inheritdoc cref="Import"/>
    public static ImportedMachine ImportText(string file, string text, string? kernel = null)
    {
        var losses = new Losses();
        try
        {
            if (LsmemText.IsLsmem(text))
                return Import(file, LsmemText.Read(text, losses), losses, kernel);
        }
        catch (FormatException error)
        {
            throw new MachineFileException(file, 0, $"it does not describe a machine: {error.Message}");
        }
        var name = Path.GetFileNameWithoutExtension(file);
        var machine = text.TrimStart().StartsWith('{')
            ? RecordingMachine.Make(file, RecordingHeader.Parse(file, text.Split('\n', 2)[0]), kernel)
            : MachineFile.Parse(file, name, text);
        try
        {
            return Write(machine, losses, new Guesses());
        }
        catch (ArgumentException error)
        {
            throw new MachineFileException(file, 0, $"it does not describe a machine: {error.Message}");
        }
    }

    /// <summary>Names the blocks on several nodes of which a node has less than a pageblock, which a machine cannot have.</summary>
    private static void NoteLostNodes(RecordingHeader header, MachineDefinition machine, Losses losses)
    {
        foreach (var (number, block) in header.Blocks)
        {
            if (block.OtherNodes.Count == 0)
                continue;
            var found = machine.Memory.FirstOrDefault(range => range.First.Number == number);
            if (found is not null && found.OtherNodes.Count < block.OtherNodes.Count)
                losses.Add($"memory{number}", "the block is on several nodes, and those with less than a pageblock of it are left out");
        }
    }

    private static KernelConfig WithStatistics(KernelConfig config, IDump dump, SysfsProfile files)
    {
        var (meminfo, vmstat) = (TextsOf("meminfo"), TextsOf("vmstat"));
        return config with
        {
            HiddenStatistics = RecordedStatistics.Hidden(meminfo, vmstat, files.Statistics.Value) ?? config.HiddenStatistics,
            HugetlbPages = RecordedStatistics.Shows(meminfo, "HugePages_Total") ?? config.HugetlbPages,
            TransparentHugePages = RecordedStatistics.Shows(meminfo, "AnonHugePages") ?? config.TransparentHugePages,
        };

        List<string> TextsOf(string name) =>
            [.. dump.List(DumpPaths.Node).Select(node => dump.Read($"{DumpPaths.Node}/{node}/{name}")).OfType<string>()];
    }

    /// <summary>Adds the dax bus, unless its memory cannot be beside the blocks of the dump.</summary>
    internal static ImportedMachine WriteWithDax(NamedMachine machine, IDump dump, Losses losses, Guesses guesses)
    {
        var rules = KernelCatalogue.Get(machine.Kernel, machine.Definition.Architecture).Rules;
        var complete = DaxDump.Complete(machine.Definition, dump, rules, losses);
        if (complete.Dax.Count == 0)
            return Write(machine, losses, guesses);
        try
        {
            var imported = Write(machine with { Definition = complete }, losses, guesses);
            _ = MachineFile.Parse(machine.Name, machine.Name, imported.Text);
            return imported;
        }
        catch (Exception error) when (error is MachineFileException or ArgumentException)
        {
            losses.Add("the dax bus", $"its memory does not fit the blocks of the dump, and is left out: {error.Message}");
            return Write(machine, losses, guesses);
        }
    }

    /// <summary>A booted machine shows which zones do not follow from its blocks, and which blocks are alike.</summary>
    private static ImportedMachine Write(NamedMachine machine, Losses losses, Guesses guesses)
    {
        var rules = KernelCatalogue.Get(machine.Kernel, machine.Definition.Architecture).Rules;
        var described = RunningMachine.Describe(machine.Name, new Machine(machine.Definition, rules)) with { Kernel = machine.Kernel };
        return new ImportedMachine(described, guesses.Annotate(MachineFile.Write(described)), losses);
    }
}
