using HotplugFs.Abi;
using HotplugFs.Kernfs;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary><c>nodeN/hugepages</c>: there only while the node has memory online.</summary>
internal sealed class HugepagesDirectory(NodeMemory memory)
{
    public const string Name = "hugepages";

    public DirectoryType Build() => new(
        Dir("hugepages-2048kB",
            Ro("free_hugepages", ShowCount),
            Rw("nr_hugepages", ShowCount, StoreCount),
            Ro("surplus_hugepages", ShowSurplus)));

    private Result ShowCount(int obj, TextBuffer text)
    {
        text.Append(memory.HugePages(obj)).Append('\n');
        return Result.Ok;
    }

    private static Result ShowSurplus(int obj, TextBuffer text)
    {
        text.Append("0\n"u8);
        return Result.Ok;
    }

    private Result<int> StoreCount(int obj, ReadOnlySpan<byte> text)
    {
        var wanted = KernelText.ParseUnsigned(text);
        if (!wanted.IsOk)
            return wanted.Error;
        memory.ReserveHugePages(obj, wanted.Value);
        return text.Length;
    }
}
