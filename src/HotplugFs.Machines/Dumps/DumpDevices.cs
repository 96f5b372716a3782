using HotplugFs.Machines.Recordings;

namespace HotplugFs.Machines.Dumps;

/// <summary>Adds the devices of a dump to the header of a recording, as importing reads them.</summary>
public static class DumpDevices
{
    /// <summary>Adds the PCI devices and the dax regions to a header that has the rest of the machine. Nothing changes if there are none.</summary>
    /// <param name="losses">What a machine cannot have of them.</param>
    public static void Complete(RecordingHeader header, IDump dump, Losses losses)
    {
        try
        {
            var machine = RecordingMachine.Make("the recording", header);
            machine = machine with { Definition = DumpHardware.Complete(machine.Definition, dump) };
            machine = machine with { Definition = machine.Definition with { Pci = new PciDump(dump, losses, machine.Definition).Read() } };
            // The addresses that root alone can read may be chosen, and are in the machine that was booted.
            var complete = DumpImport.WriteWithDax(machine, dump, losses, new Guesses()).Machine.Definition;
            header.Pci = complete.Pci.Count > 0 ? [.. complete.Pci.Select(RecordedPci.Of)] : null;
            header.Dax = complete.Dax.Count > 0 ? [.. complete.Dax.Select(RecordedDax.Of)] : null;
        }
        catch (Exception error) when (error is MachineFileException or ArgumentException)
        {
            losses.Add("the devices", $"they are not recorded, because the recording is no machine: {error.Message}");
        }
    }
}
