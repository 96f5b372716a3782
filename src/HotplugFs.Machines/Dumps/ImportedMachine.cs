namespace HotplugFs.Machines.Dumps;

/// <summary>A machine that was made from a dump.</summary>
/// <param name="Machine">It, as it can be booted.</param>
/// <param name="Text">Its machine file, in which lines that were guessed end with a comment.</param>
/// <param name="Losses">What the dump did not show.</param>
public sealed record ImportedMachine(NamedMachine Machine, string Text, Losses Losses);
