using HotplugFs.Cli.State;
using HotplugFs.Kernels;
using HotplugFs.Machines;
using HotplugFs.Machines.Files;
using HotplugFs.Sysfs;

namespace HotplugFs.Cli.Daemon;

/// <summary>The machine that a state file keeps, or is to keep.</summary>
internal sealed class KeptMachine : IDisposable
{
    private readonly StateFile _file;
    private readonly SavedMachine? _saved;

    private KeptMachine(StateFile file, SavedMachine? saved, NamedMachine description, bool hasManualClock) =>
        (_file, _saved, Description, HasManualClock) = (file, saved, description, hasManualClock);

    /// <summary>The machine as it is booted.</summary>
    public NamedMachine Description { get; }

    /// <summary>True if its clock is advanced by hand.</summary>
    public bool HasManualClock { get; }

    /// <summary>Opens the file and finds the machine: that of the file, or for a new file the selected one.</summary>
    /// <param name="report">Is told about the file while the machine is mounted.</param>
    /// <exception cref="CommandException">The file cannot be used, or keeps another machine than the options name.</exception>
    public static KeptMachine Open(MountRequest request, StateRequest state, Action<string> report)
    {
        var mount = Path.TrimEndingDirectorySeparator(Path.GetFullPath(request.Directory)) + "/";
        if (Path.GetFullPath(state.File).StartsWith(mount, StringComparison.Ordinal))
            throw new CommandException($"{state.File}: it is below the mount point {request.Directory}, which hides it");
        var file = StateFile.Open(state.File, state.Syncs, report);
        try
        {
            if (file.IsNew)
            {
                // What is booted is what the file has, so that it is the same the next time.
                var chosen = MachineLoader.Describe(request.Machine);
                var read = MachineFile.Parse(state.File, chosen.Name, MachineFile.Write(chosen)) with { Kernel = chosen.Kernel };
                return new KeptMachine(file, null, read, request.Machine.HasManualClock);
            }
            var saved = file.Read(state.Recovers);
            var (description, hasManualClock) = Transfer(new StateStream(saved.Definition), null, false);
            RequireSame(state.File, request.Machine, description, hasManualClock);
            return new KeptMachine(file, saved, description, hasManualClock);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Gives the machine that has just started the state in the file, and keeps its changes from now on.</summary>
    /// <exception cref="CommandException">The file cannot be read or written.</exception>
    public void Attach(string path, MachineTree tree)
    {
        var wasWaiting = false;
        if (_saved is null)
        {
            var definition = new StateStream();
            Transfer(definition, Description, HasManualClock);
            _file.Begin(definition.Written, tree.SaveAll()!);
        }
        else
        {
            try
            {
                wasWaiting = tree.LoadAll(_saved.State, _saved.Changes);
            }
            catch (FormatException problem)
            {
                throw new CommandException($"{path}: this hotplugfs does not understand the state in it: {problem.Message}");
            }
        }
        if (tree.RecordTo(_file, wasWaiting).Failed(out var error))
            throw new CommandException($"{path}: {error.Text()}");
    }

    public void Dispose() => _file.Dispose();

    private static (NamedMachine Description, bool HasManualClock) Transfer(StateStream state, NamedMachine? machine, bool hasManualClock)
    {
        var (name, kernel) = (state.Text(machine?.Name ?? ""), state.Text(machine?.Kernel ?? ""));
        var isManual = state.Flag(hasManualClock);
        var text = state.Text(machine is null ? "" : MachineFile.Write(machine));
        return (MachineFile.Parse(name, name, text) with { Kernel = kernel }, isManual);
    }

    private static void RequireSame(string path, MachineSelection selection, NamedMachine kept, bool hasManualClock)
    {
        if (selection.Kernel is { } kernel && KernelCatalogue.Get(kernel).SelectedName != kept.Kernel)
            throw Other($"a machine with kernel {kept.Kernel}", OptionNames.Kernel);
        if (selection.MovableNode is { } movableNode && movableNode != kept.Definition.MovableNode)
            throw Other($"a machine {(movableNode ? "without" : "with")} movable_node", OptionNames.MovableNode);
        if (selection.IsClockGiven && selection.HasManualClock != hasManualClock)
            throw Other($"a machine with a {ClockOption.Word(hasManualClock)} clock", OptionNames.Clock);
        if (!selection.IsNameGiven)
            return;
        var wanted = MachineLoader.Describe(selection with { Kernel = kept.Kernel, MovableNode = kept.Definition.MovableNode });
        if (MachineFile.Write(wanted with { Kernel = kept.Kernel }) != MachineFile.Write(kept))
            throw Other($"another machine, which was made from {kept.Name}", OptionNames.Machine);

        CommandException Other(string what, string option) =>
            new($"{path} keeps {what}; leave {option} out to go on with it, or name another file");
    }
}
