using HotplugFs.Cli.Maps;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Kernels;
using HotplugFs.Machines;
using HotplugFs.Machines.Files;

namespace HotplugFs.Cli.Explanations;

/// <summary>
/// The present state of a machine, from which copies boot. What a request would do is asked of a copy: so there is no second statement of
/// the rules, and the machine itself does not change.
/// </summary>
internal sealed class MachineCopy
{
    private const string InjectedErrors = "sys/kernel/debug/notifier-error-inject/memory/actions/";

    private const string MinFree = "proc/sys/vm/min_free_kbytes";

    /// <summary>What a machine file does not hold: injected errors, and what the zones keep back, which depends on what was done before.</summary>
    private readonly List<(string Path, string Value)> _settings = [];

    private readonly NamedMachine _machine;

    /// <summary>Reads the state of a machine.</summary>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="CommandException">There is no machine.</exception>
    public MachineCopy(string name, IMachineFiles files)
    {
        var text = files.Read("hotplugfs/machine") ?? throw new CommandException($"{name}: no machine is mounted there, or only a subtree");
        _machine = MachineFile.Parse($"{name}/hotplugfs/machine", name, text);
        if (files.Read(MinFree)?.Trim() is { } minFree)
            _settings.Add((MinFree, minFree));
        foreach (var action in files.List(InjectedErrors).Where(action => action.StartsWith("MEM_", StringComparison.Ordinal)))
            if (files.Read($"{InjectedErrors}{action}/error")?.Trim() is { Length: > 0 } value and not "0")
                _settings.Add(($"{InjectedErrors}{action}/error", value));
    }

    private MachineCopy(MachineCopy other, string kernel)
    {
        // Each kernel computes by itself what zones keep back.
        _settings = [.. other._settings.Where(setting => setting.Path != MinFree)];
        var types = KernelCatalogue.Get(kernel).AutoOnlineTypes;
        _machine = other._machine with
        {
            Kernel = kernel,
            // A word that the kernel does not have leaves new blocks offline.
            Definition = types.Contains(other._machine.Definition.AutoOnline)
                ? other._machine.Definition
                : other._machine.Definition with { AutoOnline = OnlineType.Offline },
        };
    }

    /// <summary>The kernel's name in the catalogue.</summary>
    public string Kernel => _machine.Kernel;

    /// <summary>The same machine with another kernel.</summary>
    /// <param name="kernel">The kernel's name in the catalogue.</param>
    public MachineCopy Under(string kernel) => new(this, kernel);

    /// <summary>Starts a machine that is in the same state.</summary>
    /// <exception cref="CommandException">The machine cannot boot with its kernel.</exception>
    public TriedMachine Boot() => TryBoot(out var machine) is { } problem
        ? throw new CommandException($"machine {_machine.Name} cannot boot with kernel {Kernel}: {problem}")
        : machine!;

    /// <summary>Boots a copy if the machine can boot with its kernel.</summary>
    /// <returns>Why it cannot; null if it can.</returns>
    public string? TryBoot(out TriedMachine? machine)
    {
        machine = null;
        try
        {
            machine = new TriedMachine(new Machine(_machine.Definition, KernelCatalogue.Get(Kernel, _machine.Definition.Architecture).Rules), Kernel);
        }
        catch (ArgumentException problem)
        {
            return problem.Message;
        }
        foreach (var (path, value) in _settings)
            if (machine.Files.Read(path)?.Trim() != value)
                machine.Files.Write(path, value);
        return null;
    }

    /// <summary>Tries a write on a copy of its own.</summary>
    public Attempt Try(string path, string text) => Boot().Write(path, text);
}
