using HotplugFs.Sysfs.Formats;
using HotplugFs.Sysfs.ObjectSets;
using HotplugFs.Sysfs.Profiles;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// <c>/sys/devices/system/memory</c> (drivers/base/memory.c): the files of the directory itself. <see cref="MemoryBlockDirectory"/> has
/// those of a block.
/// </summary>
internal sealed class MemoryDirectory(Machine machine, SysfsProfile profile, MachineObjects objects, UeventFiles uevents)
{
    /// <summary>The directories <c>memoryN</c>.</summary>
    public NumberedChildren Blocks { get; } =
        Numbered("memory", objects.Blocks, new MemoryBlockDirectory(machine, profile, objects, uevents).Build());

    public DirectoryType Build() => new(
    [
        Ro("block_size_bytes", (_, text) => text.AppendHex((ulong)machine.BlockSizeBytes), isConstant: _ => true),
        .. When(
            profile.HasAutoOnlineBlocks,
            Rw("auto_online_blocks", (_, text) => text.Append(machine.Devices.AutoOnline.Word()), StoreAutoOnline)),
        .. When(machine.Config.MemoryProbe ?? profile.HasProbe, Wo("probe", (_, text) => StoreProbe(text))),
        .. When(
            machine.Config.MemoryFailure,
            Retiring("soft_offline_page", machine.Poison.SoftOffline),
            Retiring("hard_offline_page", machine.Poison.HardOffline)),
        uevents.OfDirectory(),
        .. When(
            machine.Config.CrashHotplug is { } value ? value >= 0 : profile.HasCrashHotplug,
            Ro("crash_hotplug", machine.Config.CrashHotplug == 1 ? "1" : "0", isConstant: _ => true)),
        .. When(machine.Config.PowerManagement, Dir("power", PowerDirectory.OfSingleDirectory(machine.Config.PowerDebug, objects).Build())),
        Blocks,
    ]);

    /// <summary>
    /// Accepts exactly <c>online</c> or <c>offline</c>, in later kernels all words of <c>state</c> (docs/kernels.md, "auto_online_blocks";
    /// recording <c>4.9-mnn-b-probe</c>).
    /// </summary>
    private Result<int> StoreAutoOnline(int obj, ReadOnlySpan<byte> text)
    {
        if (!StateGrammar.TryParse(text, out var request) || !IsAutoOnlineWord(request))
        {
            var accepted = StateGrammar.List(StateWords.AllRequests.Where(IsAutoOnlineWord));
            machine.LogRefused("auto_online_blocks", text, $"not one of {accepted}");
            return Errno.EINVAL;
        }
        machine.Devices.AutoOnline = request;
        return text.Length;
    }

    private bool IsAutoOnlineWord(OnlineType request) =>
        profile.AutoOnlineAcceptsZones || request is OnlineType.Online or OnlineType.Offline;

    private Result<int> StoreProbe(ReadOnlySpan<byte> text)
    {
        if (!profile.ProbeTakesLeadingNumber)
            return StoreAddress("probe", text, machine.Devices.Probe);
        return machine.Devices.Probe(KernelText.LeadingUnsigned(text)).Failed(out var error) ? error : text.Length;
    }

    private SysfsAttribute Retiring(string file, Func<ulong, Result> request) => profile.RetiringFilesAreReadable
        ? Rw(file, (_, _) => Errno.EIO, (_, text) => StorePage(file, text, request))
        : Wo(file, (_, text) => StorePage(file, text, request));

    /// <param name="notANumber">The errno for a text that is no number, where it differs from the parser's.</param>
    private Result<int> StoreAddress(string file, ReadOnlySpan<byte> text, Func<ulong, Result> request, Errno? notANumber = null)
    {
        if (!machine.ParseUnsigned(file, text, bits: 64).TryGet(out var address, out var parseError))
            return notANumber ?? parseError;
        return request(address).Failed(out var error) ? error : text.Length;
    }

    /// <summary>Every text that is no address fails with EINVAL (recording <c>6.1-b-poison</c>).</summary>
    private Result<int> StorePage(string file, ReadOnlySpan<byte> text, Func<ulong, Result> request) =>
        StoreAddress(file, text, request, Errno.EINVAL);
}
