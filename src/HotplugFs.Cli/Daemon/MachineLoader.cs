using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Kernels;
using HotplugFs.Machines;
using HotplugFs.Machines.Files;

namespace HotplugFs.Cli.Daemon;

/// <summary>Loads and boots the machine that a request selects.</summary>
internal static class MachineLoader
{
    /// <summary>
    /// Returns the machine and its description, in which the request's kernel and movable_node replace the machine file's.
    /// </summary>
    /// <exception cref="CommandException">The machine cannot boot under this kernel.</exception>
    /// <exception cref="MachineFileException">There is no such machine, or its file is invalid.</exception>
    public static (NamedMachine Description, Machine Machine) Load(MachineSelection selection)
    {
        var description = Describe(selection);
        try
        {
            return (description, new Machine(description.Definition, KernelCatalogue.Get(description.Kernel).Rules));
        }
        catch (ArgumentException problem)
        {
            throw new CommandException($"invalid machine {description.Name}: {problem.Message}");
        }
    }

    private static NamedMachine Describe(MachineSelection selection)
    {
        var description = MachineFile.Load(selection.Name, selection.Kernel);
        var definition = description.Definition with { MovableNode = selection.MovableNode ?? description.Definition.MovableNode };
        if (selection.Kernel is null || KernelCatalogue.Get(selection.Kernel).Name is not { } kernel || kernel == description.Kernel)
            return description with { Definition = definition };
        // The file's auto_online was checked against the file's own kernel. Another kernel may not have that setting.
        return description with { Kernel = kernel, Definition = definition with { AutoOnline = OnlineType.Offline } };
    }
}
