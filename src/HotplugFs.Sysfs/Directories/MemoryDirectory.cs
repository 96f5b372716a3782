using HotplugFs.Abi;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Kernfs;
using HotplugFs.Sysfs.Objects;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary>
/// <c>/sys/devices/system/memory</c> (drivers/base/memory.c): one row for each file of the directory itself. The entries of a block are
/// in <see cref="MemoryBlockDirectory"/>.
/// </summary>
internal sealed class MemoryDirectory(Machine machine, MachineObjects objects, Uevent uevent)
{
    /// <summary>The directories <c>memoryN</c>.</summary>
    public NumberedChildren Blocks { get; } = Numbered("memory", objects.Blocks, new MemoryBlockDirectory(machine, objects, uevent).Build());

    public DirectoryType Build() => new(
    [
        Ro("block_size_bytes", ShowBlockSize, isConstant: _ => true),
        .. When(machine.Profile.HasAutoOnlineBlocks, Rw("auto_online_blocks", ShowAutoOnline, StoreAutoOnline)),
        .. When(machine.Profile.HasProbe, Wo("probe", StoreProbe)),
        .. When(machine.Config.MemoryFailure, Wo("soft_offline_page", StoreSoftOfflinePage), Wo("hard_offline_page", StoreHardOfflinePage)),
        uevent.OfDirectory(),
        .. When(machine.Profile.HasCrashHotplug, Ro("crash_hotplug", ShowCrashHotplug, isConstant: _ => true)),
        .. When(machine.Config.PowerManagement, Dir("power", new PowerDirectory(_ => true).Build())),
        Blocks,
    ]);

    private static Entry[] When(bool condition, params Entry[] entries) => condition ? entries : [];

    private Result ShowBlockSize(int obj, TextBuffer text)
    {
        text.AppendHex((ulong)machine.BlockSizeBytes).Append('\n');
        return Result.Ok;
    }

    /// <summary>No kdump kernel is loaded.</summary>
    private static Result ShowCrashHotplug(int obj, TextBuffer text)
    {
        text.Append("0\n"u8);
        return Result.Ok;
    }

    private Result ShowAutoOnline(int obj, TextBuffer text)
    {
        text.Append(machine.Devices.AutoOnline.Word()).Append('\n');
        return Result.Ok;
    }

    /// <summary>
    /// Exactly <c>online</c> or <c>offline</c> (legacy.md 5; recording <c>4.9-mnn-b-probe</c>), in later eras all words of <c>state</c>.
    /// </summary>
    private Result<int> StoreAutoOnline(int obj, ReadOnlySpan<byte> text)
    {
        if (!StateGrammar.TryParse(text, out var request) || !IsPolicy(request))
        {
            var known = StateWords.AllRequests.Where(IsPolicy).Select(word => word.Word());
            machine.Log($"auto_online_blocks: {StateGrammar.Quote(text)} refused: not one of {string.Join(", ", known)}");
            return Errno.EINVAL;
        }
        machine.Devices.AutoOnline = request;
        return text.Length;
    }

    private bool IsPolicy(OnlineType request) =>
        machine.Profile.AutoOnlineTakesZones || request is OnlineType.Online or OnlineType.Offline;

    private Result<int> StoreProbe(int obj, ReadOnlySpan<byte> text)
    {
        var address = ParseAddress("probe", text);
        if (!address.IsOk)
            return address.Error;
        var probed = machine.Devices.Probe(address.Value);
        return probed.IsOk ? text.Length : probed.Error;
    }

    /// <summary>Whatever is wrong with the number, it is EINVAL (recording <c>6.1-b-poison</c>).</summary>
    private Result<int> StoreSoftOfflinePage(int obj, ReadOnlySpan<byte> text)
    {
        var address = ParseAddress("soft_offline_page", text);
        if (!address.IsOk)
            return Errno.EINVAL;
        var outcome = machine.Poison.SoftOffline(address.Value);
        return outcome.IsOk ? text.Length : outcome.Error;
    }

    private Result<int> StoreHardOfflinePage(int obj, ReadOnlySpan<byte> text)
    {
        var address = ParseAddress("hard_offline_page", text);
        if (!address.IsOk)
            return Errno.EINVAL;
        var outcome = machine.Poison.HardOffline(address.Value);
        return outcome.IsOk ? text.Length : outcome.Error;
    }

    private Result<ulong> ParseAddress(string file, ReadOnlySpan<byte> text)
    {
        var address = KernelText.ParseUnsigned(text);
        if (!address.IsOk)
            machine.Log($"{file}: {StateGrammar.Quote(text)} refused: not a number of at most 64 bits (decimal, 0x hexadecimal or 0 octal, no blanks)");
        return address;
    }
}
