using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// <c>nodeN/memory_failure</c>: how many pages of a node were retired after a hardware error. One that a program uses is recovered at once:
/// the program loses it.
/// </summary>
internal sealed class MemoryFailureDirectory(Machine machine)
{
    public DirectoryType Build() => new(
        Ro("total", (node, text) => text.Append(Node(node).HardwareFailures + Node(node).IgnoredFailures)),
        Ro("ignored", (node, text) => text.Append(Node(node).IgnoredFailures)),
        Ro("failed", "0"),
        Ro("delayed", "0"),
        Ro("recovered", (node, text) => text.Append(Node(node).HardwareFailures)));

    private NumaNode Node(int number) => machine.FindNode(number)!;
}
