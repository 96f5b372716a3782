using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Machines.Recordings;

/// <summary>
/// What complete texts of a kernel's <c>nodeN/meminfo</c> and <c>nodeN/vmstat</c> show of its build (docs/kernels.md, "Node statistics").
/// </summary>
public static class RecordedStatistics
{
    /// <summary>The last line of meminfo before those that depend on the build.</summary>
    private const string LastFixedLine = "SUnreclaim:";

    /// <summary>The lines of meminfo that other options decide about.</summary>
    private static readonly string[] Conditional = ["Huge", "Pmd", "HighTotal", "HighFree", "LowTotal", "LowFree"];

    /// <summary>Returns the lines that a release has and its build lacks; null without a complete text of both files.</summary>
    /// <param name="meminfo">Texts of meminfo. Those that are cut off do not count.</param>
    /// <param name="vmstat">Texts of vmstat.</param>
    public static IReadOnlyList<string>? Hidden(List<string> meminfo, List<string> vmstat, StatisticsNames names)
    {
        meminfo = meminfo.FindAll(IsComplete);
        vmstat = vmstat.FindAll(text => text.StartsWith("nr_", StringComparison.Ordinal));
        if (meminfo.Count == 0 || vmstat.Count == 0)
            return null;
        return
        [
            .. names.NodeMeminfo.Where(name => !Array.Exists(Conditional, name.Contains)
                && !meminfo.Exists(text => text.Contains($" {name}:", StringComparison.Ordinal))),
            .. names.Vmstat.Where(name => !vmstat.Exists(text => text.Contains($"\n{name} ", StringComparison.Ordinal))),
        ];
    }

    /// <summary>Returns whether a build shows a line of meminfo; null without a complete text.</summary>
    public static bool? Shows(List<string> meminfo, string line)
    {
        var complete = meminfo.FindAll(IsComplete);
        return complete.Count == 0 ? null : complete.Exists(text => text.Contains(line, StringComparison.Ordinal));
    }

    private static bool IsComplete(string meminfo) => meminfo.Contains(LastFixedLine, StringComparison.Ordinal);
}
