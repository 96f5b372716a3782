using HotplugFs.Engine;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Replay.Playback;

/// <summary>Repeats plugging and unplugging of DIMMs and of virtio-mem devices.</summary>
internal sealed class HotplugHandlers(ReplaySession session)
{
    /// <summary>The beginnings of the messages with which the emulator itself refuses to unplug a DIMM.</summary>
    private static readonly string[] RefusalsOfTheEmulator =
        ["Memory hot unplug not supported", "timeout", "Memory unplug already in progress"];

    private readonly MachineDefinition _machine = session.Trace.Machine.Definition;

    /// <summary>The nodes of the virtio-mem devices, and how many bytes the kernel uses of each.</summary>
    private readonly Dictionary<string, (long Node, long Bytes)> _kernelPages = [];

    /// <summary>The DIMMs that the kernel ignored.</summary>
    private readonly HashSet<string> _ignored = [];

    private bool IsIgnored(long? address, long size) =>
        !_machine.Config.Dimms || size % _machine.BlockSizeBytes != 0 || address % _machine.BlockSizeBytes > 0;

    /// <summary>Plugs a DIMM where it was asked for, else where the emulator chose.</summary>
    public void Plug(PlugOperation operation)
    {
        var addsBlocks = operation.Snap?.Blocks is { Count: > 0 };
        var isOffered = _machine.Architecture.Hotplug == HotplugMethod.LogicalBlocks && operation.Err is null && !addsBlocks;
        var address = operation.AtAddr ?? operation.Addr;
        var plugged = session.Controls.Plug(operation.Id, operation.Node, operation.Size, address, isAssigned: !isOffered);
        if (operation is { Err: null, Ost: [1, 0] } && !addsBlocks && IsIgnored(address, operation.Size))
        {
            // The kernel refuses such a DIMM, and the emulator does not learn of it.
            session.Count();
            _ignored.Add(operation.Id);
            if (plugged.IsOk)
                session.Diverged(operation, "got success, expected that the kernel ignores the DIMM");
            return;
        }
        session.CompareSuccess(operation, plugged);
        if (plugged.IsOk && operation.Addr is { } expected && session.Controls.AddressOf(operation.Id) is var found && found != expected)
            session.Diverged(operation, $"address {found}, expected {expected}");
    }

    public void Unplug(UnplugOperation operation)
    {
        if (_ignored.Contains(operation.Id) || (operation.Err is { } error && Array.Exists(RefusalsOfTheEmulator, error.StartsWith)))
        {
            session.Skip("unplug: it did not reach the kernel");
            return;
        }
        SetBusy(operation.Err is null ? [] : BlocksThatRefused(operation));
        session.CompareSuccess(operation, session.Controls.Unplug(operation.Id));
    }

    public void PlugVirtioMem(PlugVirtioMemOperation operation)
    {
        _kernelPages[operation.Id] = (operation.Node, 0);
        session.CompareSuccess(operation, session.Controls.PlugVirtioMem(operation.Id, operation.Node, operation.Max));
    }

    /// <summary>
    /// Resizes a device. If it did not reach the size, the blocks that it kept in kernel zones hold pages of the kernel; if it kept parts of
    /// them, the pages are there.
    /// </summary>
    public void ResizeVirtioMem(ResizeVirtioMemOperation operation)
    {
        var removed = operation.Snap?.Blocks?.Where(block => block.Value is null).Select(block => block.Key) ?? [];
        var used = operation.Got > operation.Size ? operation.Got % _machine.BlockSizeBytes : 0;
        var (node, before) = _kernelPages.GetValueOrDefault(operation.Id);
        if (used > before)
        {
            if (session.Controls.UseForKernel($"{operation.Id}-{used}", node, used - before).Failed(out var error))
                session.Diverged(operation, $"no room for pages of the kernel: {error.Name()}");
            _kernelPages[operation.Id] = (node, used);
        }
        if (used > 0)
            session.Controls.SetOfflineResult(ControlFiles.ByPages);
        else
            SetBusy(operation.Got > operation.Size ? BlocksForKernel().Except(removed) : []);
        var size = session.Controls.ResizeVirtioMem(operation.Id, operation.Size);
        session.Count();
        if (Array.TrueForAll(operation.Results(), result => result.Got != size))
            session.Diverged(operation, $"reached {size?.ToString(CultureInfo.InvariantCulture) ?? "nothing"}, expected {operation.Got}");
    }

    private void SetBusy(IEnumerable<int> blocks) => session.Controls.SetOfflineResult(ControlFiles.Success, blocks);

    /// <summary>
    /// Returns the blocks that refused to go offline. The uevents tell: the others went offline for the unplug. Without them it can be any
    /// block that the kernel itself may use, but not one that has come back in another zone.
    /// </summary>
    private IEnumerable<int> BlocksThatRefused(UnplugOperation operation)
    {
        // Logical blocks go one by one, up to the first that refuses.
        var changed = operation.Snap?.Blocks?.Keys.ToArray() ?? [];
        if (_machine.Architecture.Hotplug == HotplugMethod.LogicalBlocks && changed.Length > 0 && !session.Trace.ListensToUevents)
            return BlocksForKernel().Where(block => block > changed.Max());
        if (!session.Trace.ListensToUevents)
            return BlocksForKernel().Except(changed);
        var wentOffline = (operation.Uev ?? []).Select(OfflineBlock).ToHashSet();
        return session.Controls.BlocksOf(operation.Id)
            .Where(block => session.Expected.Blocks.GetValueOrDefault(block)?.State == "online" && !wentOffline.Contains(block));
    }

    private IEnumerable<int> BlocksForKernel() =>
        session.Expected.Blocks.Where(block => block.Value.IsOnlineForKernel).Select(block => block.Key);

    /// <summary>Returns the number of the block that a uevent reports offline, or null for any other uevent.</summary>
    private static int? OfflineBlock(string message)
    {
        const string prefix = "offline@/devices/system/memory/memory";
        var header = message.Split('\0')[0];
        return header.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(header[prefix.Length..], out var number) ? number : null;
    }
}
