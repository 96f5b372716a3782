namespace HotplugFs.Machines;

/// <summary>A machine from a preset, a machine file or a recording, with the kernel that it names.</summary>
/// <param name="Name">The name that users see.</param>
/// <param name="Definition">The machine without its kernel.</param>
/// <param name="Kernel">The kernel's name in the catalogue: a version or a distribution.</param>
public sealed record NamedMachine(string Name, MachineDefinition Definition, string Kernel);
