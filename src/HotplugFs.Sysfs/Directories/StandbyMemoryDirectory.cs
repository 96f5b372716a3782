using HotplugFs.Sysfs.Formats;
using HotplugFs.Sysfs.ObjectSets;
using HotplugFs.Sysfs.Profiles;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary><c>/sys/firmware/memory</c>: which blocks are configured (docs/kernels.md, "Memory of s390x").</summary>
internal sealed class StandbyMemoryDirectory(Machine machine, SysfsProfile profile)
{
    private readonly StandbyMemory _standby = machine.StandbyMemory!;

    public DirectoryType Build() => new(Numbered("memory", new BlockSetObjects(_ => _standby.Blocks, _ => 0), new DirectoryType(
        Rw("config", (block, text) => text.Append(machine.Blocks.Contains(block) ? '1' : '0'), StoreConfig),
        Rw("memmap_on_memory", (block, text) => text.Append(_standby.HoldsMemmap(block) ? '1' : '0'), StoreMemmap))));

    private Result<int> StoreConfig(int block, ReadOnlySpan<byte> text) => Store(block, "config", text, _standby.Configure);

    private Result<int> StoreMemmap(int block, ReadOnlySpan<byte> text) => Store(block, "memmap_on_memory", text, _standby.SetHoldsMemmap);

    private Result<int> Store(int block, string file, ReadOnlySpan<byte> text, Func<int, bool, Result> set)
    {
        if (!machine.ParseBool($"firmware memory{block}: {file}", text, profile.TruthWords).TryGet(out var value, out var error))
            return error;
        return set(block, value).Failed(out error) ? error : text.Length;
    }
}
