namespace HotplugFs.Engine;

/// <summary>The events and the kernel log of a machine, shared by its parts.</summary>
internal sealed class MachineEvents
{
    /// <summary>Raised for each change of the machine.</summary>
    public event Action<HotplugEvent>? Changed;

    /// <summary>Raised for each line of the kernel log.</summary>
    public event Action<string>? Logged;

    public void Raise(HotplugEvent change) => Changed?.Invoke(change);

    /// <summary>Writes a line to the kernel log.</summary>
    /// <param name="line">The line, without a newline.</param>
    public void Log(string line) => Logged?.Invoke(line);
}
