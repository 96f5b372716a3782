namespace HotplugFs.Engine;

/// <summary>The events and the kernel log of a machine, shared by its parts.</summary>
internal sealed class MachineEvents
{
    /// <summary>Raised for each change of the machine.</summary>
    public event Action<HotplugEvent>? Changed;

    public void Raise(HotplugEvent change) => Changed?.Invoke(change);

    /// <summary>The kernel log.</summary>
    public KernelLog Log { get; } = new();
}
