using HotplugFs.Engine.Faults;
using HotplugFs.Sysfs.Formats;

namespace HotplugFs.Sysfs.Control;

/// <summary>
/// <c>hotplugfs/faults</c>: the faults that are injected, one a line after its number, with what is left of it. A line that is written adds
/// a fault; <c>clear</c> ends all of them and <c>clear ID</c> one.
/// </summary>
internal sealed class FaultsFile(Machine machine)
{
    private const string Clear = "clear";

    /// <summary>Shows the faults in the order in which they are tried.</summary>
    public Result Show(int obj, TextBuffer text)
    {
        foreach (var fault in machine.Faults)
            text.Append(fault.Id).Append(' ').Append(FaultSyntax.Format(fault.Rest)).Append('\n');
        return Result.Ok;
    }

    /// <summary>Does what the lines say, all of them or, if one is wrong, none.</summary>
    /// <returns>The bytes; EINVAL if a line is no fault; ENOENT if no fault has a number; ENOSPC if there would be too many.</returns>
    public Result<int> Store(int obj, ReadOnlySpan<byte> text)
    {
        var steps = new List<Func<Result>>();
        foreach (var line in Encoding.UTF8.GetString(KernelText.UpToNul(text)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Parse(line).TryGet(out var step, out var error))
                return error;
            steps.Add(step);
        }
        foreach (var step in steps)
            if (step().Failed(out var error))
                return error;
        return text.Length;
    }

    private Result<Func<Result>> Parse(string line)
    {
        var words = FaultSyntax.Split(line);
        if (words is [Clear])
            return Step(() => End(_ => true));
        if (words is [Clear, var number])
        {
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || machine.Faults.All(fault => fault.Id != id))
                return Refuse(line, Errno.ENOENT, $"no fault has the number {number}");
            return Step(() => End(fault => fault.Id == id));
        }
        if (!FaultSyntax.TryParse(words, out var definition, out var problem))
            return Refuse(line, Errno.EINVAL, problem);
        return Step(() => machine.Faults.Add(definition).TryGet(out _, out var error) ? Result.Ok : error);
    }

    private static Result<Func<Result>> Step(Func<Result> step) => step;

    private Result End(Predicate<Fault> condition)
    {
        machine.Faults.Remove(condition);
        return Result.Ok;
    }

    private Errno Refuse(string line, Errno error, string reason)
    {
        machine.LogRefused(
            "faults", Encoding.UTF8.GetBytes(line), reason, error == Errno.ENOENT ? RefusalRule.NotFound : RefusalRule.InvalidText);
        return error;
    }
}
