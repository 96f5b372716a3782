using HotplugFs.Sysfs.Formats;
using HotplugFs.Sysfs.ObjectSets;
using HotplugFs.Sysfs.Profiles;
using HotplugFs.Sysfs.Uevents;
using static HotplugFs.Kernfs.EntryFactory;

namespace HotplugFs.Sysfs.Directories;

/// <summary><c>memoryN</c>: the files of a memory block. The object is the number of the block.</summary>
internal sealed class MemoryBlockDirectory(Machine machine, SysfsProfile profile, MachineObjects objects, UeventFiles uevents)
{
    public DirectoryType Build() => new(
    [
        Ro("phys_index", (block, text) => text.AppendHex((ulong)block, 8), isConstant: IsNeverRemoved),
        // A block is one section on the machines that were recorded.
        .. When(profile.HasEndPhysIndex, Ro("end_phys_index", (block, text) => text.AppendHex((ulong)block, 8), isConstant: IsNeverRemoved)),
        Rw("state", (block, text) => text.Append(Block(block).State.Word()), StoreState),
        Ro("phys_device", AppendPhysDevice, isConstant: IsNeverRemoved),
        Ro(
            "removable",
            (block, text) => text.Append(IsRemovable(block) ? '1' : '0'),
            isConstant: block => profile.ReportsAlwaysRemovable && IsNeverRemoved(block)),
        .. When(profile.HasValidZones && machine.Config.MemoryHotremove,
            Ro("valid_zones", (block, text) => machine.ValidZones(new BlockId(block)).AppendTo(text))),
        .. When(profile.HasOnlineFile, Rw("online", ShowOnline, StoreOnline)),
        uevents.OfDevice(UeventSource.BlockPath, "memory"),
        Link("subsystem", "../../../../bus/memory"),
        .. When(
            profile.HasFirmwareNode && machine.Architecture.AcpiContainer is not null,
            Link("firmware_node", AppendFirmwareNode, isVisible: block => Block(block).DimmIndex >= 0)),
        .. When(
            machine.Config.PowerManagement,
            Dir("power", new PowerDirectory(machine.Config.PowerDebug, objects, objects.Blocks, IsNeverRemoved).Build())),
        .. When(machine.Config.Numa, Numbered("node", objects.NodesOfBlock, (node, text) => text.Append("../../node/node"u8).Append(node))),
    ]);

    private MemoryBlock Block(int number) => machine[new BlockId(number)];

    /// <summary>Boot memory is never removed.</summary>
    private bool IsNeverRemoved(int block) => Block(block).IsBoot;

    /// <summary>Computes whether the block can go offline as a quick look at its pages shows (docs/kernels.md, "removable").</summary>
    private bool IsRemovable(int block) => machine.Config.MemoryHotremove
        && (profile.ReportsAlwaysRemovable || machine.LooksRemovable(new BlockId(block)));

    /// <summary>
    /// Requests a state. If the block is already in it, the write fails with EINVAL or is a short write (docs/kernels.md, "Requests for
    /// the current state").
    /// </summary>
    private Result<int> StoreState(int block, ReadOnlySpan<byte> text)
    {
        var isWord = profile.AcceptsStatePrefixes
            ? StateGrammar.TryParsePrefix(text, out var request)
            : StateGrammar.TryParse(text, out request);
        if (!isWord)
        {
            if (profile.ChecksStateInTurn && machine.Devices.AwaitTurn().Failed(out var waits))
                return waits;
            machine.LogRefused($"memory{block}: state", text, $"not one of {StateGrammar.List(StateWords.AllRequests)}");
            return Errno.EINVAL;
        }
        if (!machine.Devices.SetState(new BlockId(block), request).TryGet(out var outcome, out var error))
            return error;
        if (outcome == DeviceOutcome.Done)
            return text.Length;
        return profile.RepeatedRequestIsShortWrite ? 1 : Errno.EINVAL;
    }

    /// <summary>Waits for the end of an offline, which holds the device's lock (docs/kernels.md, "Offlining").</summary>
    private Result ShowOnline(int block, TextBuffer text)
    {
        if (Block(block).State == MemoryBlockState.GoingOffline)
            return Errno.EWAITING;
        text.Append(Block(block).DeviceOnline ? "1\n"u8 : "0\n"u8);
        return Result.Ok;
    }

    /// <summary>
    /// Requests a state as a boolean. The write succeeds if the block is already in it (docs/kernels.md, "The online file").
    /// </summary>
    private Result<int> StoreOnline(int block, ReadOnlySpan<byte> text)
    {
        if (!machine.ParseBool($"memory{block}: online", text, profile.TruthWords).TryGet(out var online, out var error))
            return error;
        var outcome = machine.Devices.SetOnline(new BlockId(block), online);
        return outcome.IsOk ? text.Length : outcome.Error;
    }

    private void AppendFirmwareNode(int block, TextBuffer text) =>
        text.Append("../../../LNXSYSTM:00/LNXSYBUS:00/"u8).Append(machine.Architecture.AcpiContainer!).Append('/')
            .Append(machine.Dimms.At(Block(block).DimmIndex)!.AcpiName);

    private void AppendPhysDevice(int block, TextBuffer text) =>
        text.Append(machine.PhysDeviceBytes == 0 ? 0 : block * machine.BlockSizeBytes / machine.PhysDeviceBytes);
}
