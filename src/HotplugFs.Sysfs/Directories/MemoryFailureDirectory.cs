using HotplugFs.Abi;
using HotplugFs.Engine;
using HotplugFs.Kernfs;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// <c>nodeN/memory_failure</c>: how many pages a hardware error took out of use. Here each one is recovered at once, for no program uses it.
/// </summary>
internal sealed class MemoryFailureDirectory(Machine machine)
{
    public DirectoryType Build() => new(
        Ro("total", ShowFailures),
        Ro("ignored", ShowZero),
        Ro("failed", ShowZero),
        Ro("delayed", ShowZero),
        Ro("recovered", ShowFailures));

    private Result ShowFailures(int obj, TextBuffer text)
    {
        text.Append(machine.FindNode(obj)!.HardwareFailures).Append('\n');
        return Result.Ok;
    }

    private static Result ShowZero(int obj, TextBuffer text)
    {
        text.Append("0\n"u8);
        return Result.Ok;
    }
}
