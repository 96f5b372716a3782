using HotplugFs.Simulator.Kernel;

namespace HotplugFs.Simulator.Clients;

/// <summary>A client that ends the waits of the others: it lets time pass, sends signals and stops loads. It never waits itself.</summary>
internal sealed class WaitingActivities(Random random, SimulatedKernel kernel, Machine machine, FileUse files)
{
    /// <summary>The longest step in milliseconds; 120 s is the time after which some kernels give up.</summary>
    private const int StepMax = 130_000;

    /// <summary>Does one thing that may end a wait.</summary>
    public IEnumerable<Call?> EndWaits()
    {
        var waiting = kernel.WaitingCalls.ToArray();
        if (waiting.Length > 0 && random.Next(3) == 0)
            return [new Call(Opcode.Interrupt, 0, Bodies.Of(waiting[random.Next(waiting.Length)].Unique))];
        return random.Next(4) switch
        {
            0 => Write("hotplugfs/migration_rate", "0"),
            1 when machine.Loads.FirstOrDefault() is { } load => Write("hotplugfs/load/stop", load.Id),
            _ => Write("hotplugfs/clock", $"{(random.Next(8) == 0 ? random.Next(StepMax) : random.Next(500))}ms"),
        };
    }

    private IEnumerable<Call?> Write(string path, string text)
    {
        var target = new FileUse.Target(path);
        foreach (var call in files.Open(target, OpenFlags.WriteOnly))
            yield return call;
        if (target.File is not { } file)
            yield break;
        yield return new Call(Opcode.Write, file.Node, Bodies.Write(file.Handle, Encoding.UTF8.GetBytes(text)));
        yield return files.Release(file);
    }
}
