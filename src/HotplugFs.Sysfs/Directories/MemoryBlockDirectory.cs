using HotplugFs.Abi;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;
using HotplugFs.Kernfs;
using HotplugFs.Sysfs.Uevents;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary><c>memoryN</c>: one row for each file of a memory block; the object is the block's number.</summary>
internal sealed class MemoryBlockDirectory(Machine machine, MachineObjects objects, Uevent uevent)
{
    public DirectoryType Build() => new(
    [
        Ro("phys_index", ShowPhysIndex, isConstant: Stays),
        Rw("state", ShowState, StoreState),
        Ro("phys_device", ShowPhysDevice, isConstant: Stays),
        Ro("removable", ShowRemovable, isConstant: obj => machine.Profile.RemovableIsAlwaysOne && Stays(obj)),
        .. When(machine.Profile.HasValidZones, Ro("valid_zones", ShowValidZones)),
        .. When(machine.Profile.HasOnlineFile, Rw("online", ShowOnline, StoreOnline)),
        uevent.OfDevice(UeventSource.BlockPath, "memory"),
        Link("subsystem", "../../../../bus/memory"),
        Link("firmware_node", FirmwareNode, isVisible: obj => Block(obj).DimmIndex >= 0),
        .. When(machine.Config.PowerManagement, Dir("power", new PowerDirectory(Stays).Build())),
        Numbered("node", objects.OwnNode, (node, text) => text.Append("../../node/node"u8).Append(node)),
    ]);

    private static Entry[] When(bool condition, Entry row) => condition ? [row] : [];

    private MemoryBlock Block(int obj) => machine[new BlockId(obj)];

    /// <summary>What was there at boot is never removed.</summary>
    private bool Stays(int obj) => Block(obj).IsBoot;

    private static Result ShowPhysIndex(int obj, TextBuffer text)
    {
        text.AppendHex((ulong)obj, 8).Append('\n');
        return Result.Ok;
    }

    private static Result ShowPhysDevice(int obj, TextBuffer text)
    {
        text.Append("0\n"u8);
        return Result.Ok;
    }

    private Result ShowRemovable(int obj, TextBuffer text)
    {
        text.Append(Block(obj).HasKernelPages && !machine.Profile.RemovableIsAlwaysOne ? "0\n"u8 : "1\n"u8);
        return Result.Ok;
    }

    private Result ShowState(int obj, TextBuffer text)
    {
        text.Append(Block(obj).State.Word()).Append('\n');
        return Result.Ok;
    }

    private Result ShowOnline(int obj, TextBuffer text)
    {
        text.Append(Block(obj).DeviceOnline ? "1\n"u8 : "0\n"u8);
        return Result.Ok;
    }

    private Result ShowValidZones(int obj, TextBuffer text)
    {
        var zones = machine.ValidZones(new BlockId(obj));
        if (zones.Count == 0)
            text.Append("none"u8);
        for (var i = 0; i < zones.Count; i++)
            text.Append(i == 0 ? ""u8 : " "u8).Append(zones[i].Name());
        text.Append('\n');
        return Result.Ok;
    }

    /// <summary>A request that finds the block so already is EINVAL, or a write of one byte (legacy.md 2.3).</summary>
    private Result<int> StoreState(int obj, ReadOnlySpan<byte> text)
    {
        var isWord = machine.Profile.StateTakesPrefixes
            ? StateGrammar.TryParsePrefix(text, out var request)
            : StateGrammar.TryParse(text, out request);
        if (!isWord)
        {
            machine.Log($"memory{obj}: state: {StateGrammar.Quote(text)} refused: not one of {StateGrammar.KnownWords}");
            return Errno.EINVAL;
        }
        var outcome = machine.Devices.SetState(new BlockId(obj), request);
        if (!outcome.IsOk)
            return outcome.Error;
        if (outcome.Value == DeviceOutcome.Done)
            return text.Length;
        return machine.Profile.AlreadyIsShortWrite ? 1 : Errno.EINVAL;
    }

    /// <summary>A request that finds the block so already succeeds (legacy.md 5).</summary>
    private Result<int> StoreOnline(int obj, ReadOnlySpan<byte> text)
    {
        var online = KernelText.ParseBool(text, machine.Profile.BoolKnowsTrueAndFalse);
        if (!online.IsOk)
        {
            machine.Log($"memory{obj}: online: {StateGrammar.Quote(text)} refused: does not begin like a truth value (1, 0, y, n, on, off)");
            return online.Error;
        }
        var outcome = machine.Devices.SetOnline(new BlockId(obj), online.Value);
        return outcome.IsOk ? text.Length : outcome.Error;
    }

    private void FirmwareNode(int obj, TextBuffer text) =>
        text.Append("../../../LNXSYSTM:00/LNXSYBUS:00/PNP0A06:04/PNP0C80:"u8).AppendHex((ulong)machine.Dimms.At(Block(obj).DimmIndex)!.Slot, 2);
}
