using HotplugFs.Replay.Playback;

namespace HotplugFs.Replay.Comparison;

/// <summary>
/// Does with one machine under two kernels what a recording did with a real one, and shows side by side what they do differently. What the
/// recorded kernel did is not compared.
/// </summary>
/// <param name="output">Receives the differences and a summary.</param>
public sealed class KernelComparison(TextWriter output)
{
    /// <summary>Compares two kernels.</summary>
    /// <param name="first">The recording, read for one kernel.</param>
    /// <param name="second">The same recording, read for the other one.</param>
    /// <returns>True if they do the same.</returns>
    /// <exception cref="Machines.MachineFileException">The machine cannot boot under one of them, or a line is invalid.</exception>
    public bool Compare(IRecording first, IRecording second, ReplayOptions options)
    {
        if (first is not Trace { IsStateSpace: false } trace || second is not Trace other)
            throw new ReplayException("only a recording of operations shows what two kernels do; this one is a state space or an experiment");
        var (left, right) = (new ComparedMachine(trace), new ComparedMachine(other));
        var name = Path.GetFileName(trace.File);
        var (compared, different) = (0, 0);
        Show($"{name}:1: after boot", left, right, [.. StateWords.All(left.State)], [.. StateWords.All(right.State)]);
        foreach (var operation in trace.Operations)
        {
            options.BeforeOperation();
            if (operation.Died is not null)
                break;
            if (IsLeftOut(operation))
                continue;
            var (one, two) = ReplaySession.Guard(trace, operation.Line, () => (left.Repeat(operation), right.Repeat(operation)));
            compared++;
            if (Show($"{name}:{operation.Line}: {ReplaySession.Describe(operation)}", left, right, one, two))
                different++;
        }
        output.WriteLine(
            $"{name}: {left.Kernel.SelectedName} and {right.Kernel.SelectedName} do the same in {compared - different} of {compared} operations");
        return different == 0;
    }

    /// <summary>The files in <c>/proc</c> are mostly figures, and remarks are no operations.</summary>
    private static bool IsLeftOut(RecordedOperation operation) => operation is NoteOperation or KernelLogOperation or ZonesOperation
        || (operation is ReadOperation read && read.Path.StartsWith("/proc/", StringComparison.Ordinal));

    /// <summary>Shows what one kernel has and the other has not.</summary>
    /// <returns>True if there is a difference.</returns>
    private bool Show(string operation, ComparedMachine left, ComparedMachine right, string[] one, string[] two)
    {
        string[] onlyLeft = [.. one.Except(two)];
        string[] onlyRight = [.. two.Except(one)];
        if (onlyLeft.Length + onlyRight.Length == 0)
            return false;
        output.WriteLine(operation);
        var width = Math.Max(left.Kernel.SelectedName.Length, right.Kernel.SelectedName.Length);
        foreach (var (kernel, only) in new[] { (left.Kernel, onlyLeft), (right.Kernel, onlyRight) })
            output.WriteLine($"    {kernel.SelectedName.PadRight(width)}  {(only.Length == 0 ? "nothing else" : string.Join("; ", only))}");
        return true;
    }
}
