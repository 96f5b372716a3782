using System.Collections.Concurrent;
using HotplugFs.Engine;
using HotplugFs.Kernels;
using HotplugFs.Machines;

namespace HotplugFs.Cli.Daemon;

/// <summary>What a daemon reports: to its launcher or terminal, and to the machine's log.</summary>
internal sealed class DaemonReport(IReadiness readiness)
{
    /// <summary>What follows the description of the machine in the first line of the greeting.</summary>
    public const string IsMountedOn = ", is mounted on ";

    private readonly ConcurrentQueue<string> _problems = [];

    /// <summary>Reports that the mount answers.</summary>
    /// <param name="directory">The mount point.</param>
    /// <param name="isSubtree">True if only a part of the machine is mounted.</param>
    /// <returns>False if the launcher is no longer waiting.</returns>
    public bool Ready(NamedMachine description, string directory, bool isSubtree)
    {
        var kernel = $"kernel {description.Kernel}{(description.Definition.MovableNode ? " with movable_node" : "")}";
        var look = isSubtree ? $"ls {directory}" : $"lsmem --sysroot {directory} -a -o +ZONES";
        var first = $"machine {description.Name}, {kernel}{IsMountedOn}{directory}";
        var note = KernelCatalogue.Get(description.Kernel, description.Definition.Architecture).Note is { } text ? $"  {text}\n" : "";
        return readiness.ReportReady($"{first}\n{note}  {look}\n  hotplugfs unmount {directory}\n");
    }

    /// <summary>Returns the line of a greeting that states how far the kernel is known; null if it was recorded.</summary>
    public static string? FindNote(string greeting) => greeting.Split('\n') is [_, var note, _, _, ""] ? note.TrimStart() : null;

    /// <summary>Reports a problem at once, and to the machine's log after the next request. Any thread may call this.</summary>
    public void Problem(string line)
    {
        readiness.ReportProblem(line);
        _problems.Enqueue(line);
    }

    /// <summary>Writes the problems to the machine's log. Only the session's thread may call this, because it owns the machine.</summary>
    public void WriteProblemsTo(Machine machine)
    {
        while (_problems.TryDequeue(out var line))
            machine.Log($"{ProgramIdentity.HotplugFs.Name}: {line.ReplaceLineEndings(" ")}");
    }
}
