using HotplugFs.Cli.Importing;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Kernels;
using HotplugFs.Machines;
using HotplugFs.Machines.Files;
using HotplugFs.Sysfs.Control;

namespace HotplugFs.Cli.Daemon;

/// <summary>Loads and boots the machine that a request selects.</summary>
internal static class MachineLoader
{
    /// <summary>Returns the machine and its description.</summary>
    /// <exception cref="CommandException">The machine cannot boot under this kernel, or the kernel does not have a setting of it.</exception>
    /// <exception cref="MachineFileException">There is no such machine, or its file is invalid.</exception>
    public static (NamedMachine Description, Machine Machine) Load(MachineSelection selection)
    {
        var description = Describe(selection);
        return (description, Boot(description));
    }

    /// <summary>Starts the kernel of a machine that is described.</summary>
    /// <exception cref="CommandException">It cannot boot under this kernel.</exception>
    public static Machine Boot(NamedMachine description)
    {
        try
        {
            return new Machine(description.Definition, KernelCatalogue.Get(description.Kernel, description.Definition.Architecture).Rules);
        }
        catch (ArgumentException problem)
        {
            throw new CommandException($"invalid machine {description.Name}: {problem.Message}");
        }
    }

    /// <summary>Loads the scenario that a request selects; empty if it selects none.</summary>
    /// <exception cref="CommandException">The file is a FIFO.</exception>
    /// <exception cref="MachineFileException">The file cannot be read, is invalid, or has a step that cannot happen on this machine.</exception>
    public static IReadOnlyList<ScenarioStep> LoadScenario(MachineSelection selection, Machine machine)
    {
        if (selection.Scenario is not { } path)
            return [];
        RefuseFifo(path, "scenario");
        return ScenarioFile.Load(path, machine);
    }

    /// <summary>Opening it would wait for a writer, and the user for the daemon.</summary>
    private static void RefuseFifo(string path, string contents)
    {
        if (SysStat.Statx(path) is { IsOk: true, Value.Mode: var mode } && (mode & ModeBits.TypeMask) == ModeBits.Fifo)
            throw new CommandException($"{path}: this is a FIFO; write the {contents} to a regular file");
    }

    /// <summary>Describes the machine; the request's kernel and movable_node replace the machine file's.</summary>
    /// <exception cref="CommandException">The kernel does not have a setting of it.</exception>
    /// <exception cref="MachineFileException">There is no such machine, or its file is invalid.</exception>
    public static NamedMachine Describe(MachineSelection selection)
    {
        RefuseFifo(selection.Name, "machine");
        var description = MachineSource.Load(selection.Name, selection.Kernel);
        var definition = description.Definition with { MovableNode = selection.MovableNode ?? description.Definition.MovableNode };
        var kernel = KernelCatalogue.Get(selection.Kernel ?? description.Kernel, definition.Architecture);
        // The file's auto_online_blocks was checked against the file's own kernel.
        if (!kernel.AutoOnlineTypes.Contains(definition.AutoOnline))
        {
            throw new CommandException($"{selection.Name}: kernel {kernel.Name} cannot have auto_online_blocks = "
                + $"\"{definition.AutoOnline.Word()}\" (known: {string.Join(", ", kernel.AutoOnlineTypes.Select(type => type.Word()))}); "
                + "change it, or choose another --kernel");
        }
        return description with { Kernel = kernel.SelectedName, Definition = definition };
    }
}
