using HotplugFs.Cli.Maps;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Explanations;

/// <summary>A machine that is not mounted, to which requests are made by writes, like those of a client.</summary>
internal sealed class TriedMachine
{
    private (RefusalRule Rule, string Reason)? _refusal;

    /// <param name="kernel">Its kernel's name in the catalogue.</param>
    public TriedMachine(Machine machine, string kernel)
    {
        Files = new SimulatedFiles(machine, kernel);
        machine.Refused += (rule, reason) => _refusal = (rule, reason);
    }

    /// <summary>What clients see of the machine.</summary>
    public SimulatedFiles Files { get; }

    private Machine Machine => Files.Machine;

    /// <summary>Writes, and lets the time pass that the write takes.</summary>
    /// <param name="path">The path below the mount point.</param>
    public Attempt Write(string path, string text)
    {
        _refusal = null;
        var start = Machine.Now;
        var result = Files.Write(path, text);
        while (result is { IsOk: false, Error: Errno.EWAITING } && Machine.Due is { } due)
        {
            Machine.Now = due > Machine.Now ? due : Machine.Now;
            result = Files.Write(path, text);
        }
        var isEndless = result is { IsOk: false, Error: Errno.EWAITING };
        if (isEndless)
        {
            Machine.Caller = Machine.Caller with { IsInterrupted = true };
            Files.Write(path, text);
            Machine.Caller = Machine.Caller with { IsInterrupted = false };
            result = Errno.EINTR;
        }
        return new Attempt(result.IsOk ? null : result.Error, result.IsOk ? result.Value : 0, _refusal?.Rule, _refusal?.Reason ?? "")
        {
            Time = Machine.Now - start,
            WaitsForSignal = isEndless,
        };
    }
}
