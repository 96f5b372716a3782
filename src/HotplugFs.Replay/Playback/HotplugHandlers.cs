namespace HotplugFs.Replay.Playback;

/// <summary>Repeats plugging and unplugging of DIMMs and of virtio-mem devices.</summary>
internal sealed class HotplugHandlers(ReplaySession session)
{
    /// <summary>Plugs a DIMM where it was asked for, else where the emulator chose.</summary>
    public void Plug(PlugOperation operation)
    {
        var plugged = session.Controls.Plug(operation.Id, operation.Node, operation.Size, operation.AtAddr ?? operation.Addr);
        session.CompareSuccess(operation, plugged);
        if (plugged.IsOk && operation.Addr is { } expected && session.Controls.AddressOf(operation.Id) is var address && address != expected)
            session.Diverged(operation, $"address {address}, expected {expected}");
    }

    public void Unplug(UnplugOperation operation)
    {
        SetBusy(operation.Err is null ? [] : BlocksThatRefused(operation));
        session.CompareSuccess(operation, session.Controls.Unplug(operation.Id));
    }

    public void PlugVirtioMem(PlugVirtioMemOperation operation) =>
        session.CompareSuccess(operation, session.Controls.PlugVirtioMem(operation.Id, operation.Node, operation.Max));

    /// <summary>Resizes a device. If it did not reach the size, the blocks that it kept in kernel zones hold pages of the kernel.</summary>
    public void ResizeVirtioMem(ResizeVirtioMemOperation operation)
    {
        var removed = operation.Snap?.Blocks?.Where(block => block.Value is null).Select(block => block.Key) ?? [];
        SetBusy(operation.Got > operation.Size ? BlocksForKernel().Except(removed) : []);
        var size = session.Controls.ResizeVirtioMem(operation.Id, operation.Size);
        session.Count();
        if (Array.TrueForAll(operation.Results(), result => result.Got != size))
            session.Diverged(operation, $"reached {size?.ToString(CultureInfo.InvariantCulture) ?? "nothing"}, expected {operation.Got}");
    }

    private void SetBusy(IEnumerable<int> blocks) => session.Controls.SetOfflineResult(
        string.Join('\n', blocks.Select(block => $"{block} {ControlFiles.Busy}").Prepend(ControlFiles.Success)));

    /// <summary>
    /// Returns the blocks that refused to go offline. The uevents tell: the others went offline for the unplug. Without them it can be any
    /// block that the kernel itself may use, but not one that has come back in another zone.
    /// </summary>
    private IEnumerable<int> BlocksThatRefused(UnplugOperation operation)
    {
        if (!session.Trace.ListensToUevents)
            return BlocksForKernel().Except(operation.Snap?.Blocks?.Keys.AsEnumerable() ?? []);
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
