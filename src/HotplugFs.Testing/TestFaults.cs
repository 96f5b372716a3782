namespace HotplugFs.Testing;

/// <summary>The faults of a machine (docs/faults.md).</summary>
public sealed class TestFaults
{
    private const string File = "hotplugfs/faults";

    private readonly TestMachine _machine;

    internal TestFaults(TestMachine machine) => _machine = machine;

    /// <summary>The faults with what is left of each: <c>1 memory43 offline EBUSY times=2</c>.</summary>
    public IReadOnlyList<string> Left => _machine.Read(File).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Adds a fault: <c>memory43 offline EBUSY times=2</c>.</summary>
    /// <exception cref="ArgumentException">The text is no fault; the message contains what would be right.</exception>
    public void Add(string fault)
    {
        if (_machine.Write(File, fault) is not null)
            throw new ArgumentException(_machine.Log[^1], nameof(fault));
    }

    /// <summary>Ends all faults.</summary>
    public void Clear() => _machine.Write(File, "clear");
}
