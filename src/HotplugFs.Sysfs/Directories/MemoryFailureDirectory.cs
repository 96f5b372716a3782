using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// <c>nodeN/memory_failure</c>: how many pages of a node were retired after a hardware error. Each one is recovered at once, because no
/// program uses it.
/// </summary>
internal sealed class MemoryFailureDirectory(Machine machine)
{
    public DirectoryType Build() => new(
        Ro("total", AppendFailures),
        Ro("ignored", "0"),
        Ro("failed", "0"),
        Ro("delayed", "0"),
        Ro("recovered", AppendFailures));

    private void AppendFailures(int node, TextBuffer text) => text.Append(machine.FindNode(node)!.HardwareFailures);
}
