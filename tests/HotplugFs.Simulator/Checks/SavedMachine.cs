using HotplugFs.Kernels;
using HotplugFs.Machines.Files;

namespace HotplugFs.Simulator.Checks;

/// <summary>A machine that is saved to a machine file and loaded again is the same machine.</summary>
internal static class SavedMachine
{
    /// <exception cref="SimulationException">The loaded machine differs.</exception>
    public static void Check(Machine machine)
    {
        var text = MachineFile.Write(RunningMachine.Describe("saved", machine));
        try
        {
            var read = MachineFile.Parse("saved.toml", "saved", text);
            var loaded = new Machine(read.Definition, KernelCatalogue.Get(read.Kernel, read.Definition.Architecture).Rules);
            var (left, right) = (Describe(machine), Describe(loaded));
            if (left != right)
                throw new SimulationException($"saved:  {left}\nloaded: {right}\n{text}");
        }
        catch (Exception error) when (error is not SimulationException)
        {
            throw new SimulationException($"the saved machine cannot be loaded: {error}\n{text}");
        }
    }

    /// <summary>
    /// Everything that <see cref="Snapshot.All"/> holds except what a machine file does not hold: the device flag, and the order of DIMMs.
    /// </summary>
    private static string Describe(Machine machine) => string.Join('\n',
        Snapshot.Blocks(machine).Replace(" flag", " ", StringComparison.Ordinal),
        Snapshot.Zones(machine),
        Snapshot.Figures(machine)[..Snapshot.Figures(machine).LastIndexOf('|')],
        string.Join(' ', machine.Dimms.Select(dimm => $"{dimm.Id} {dimm.First} {dimm.Count}").Order(StringComparer.Ordinal)),
        $"{machine.Devices.AutoOnline} {machine.OnlinePolicy} {machine.MovableNode} {machine.Config}");
}
