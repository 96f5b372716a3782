namespace HotplugFs.Replay.Playback;

/// <summary>Repeats plugging and unplugging of DIMMs and of virtio-mem devices.</summary>
internal sealed class HotplugHandlers(ReplaySession session)
{
    public void Plug(PlugOperation operation) => session.CompareSuccess(
        operation, session.Controls.Plug(operation.Id, operation.Node, operation.Size, operation.Addr ?? operation.AtAddr));

    /// <summary>
    /// Unplugs a DIMM. A recorded refusal does not name the block that refused; only one that the kernel itself may use can hold its pages.
    /// </summary>
    public void Unplug(UnplugOperation operation)
    {
        var busy = operation.Err is null ? [] : session.Expected.Blocks.Where(block => block.Value.IsOnlineForKernel);
        var lines = busy.Select(block => $"{block.Key} {ControlFiles.Busy}").Prepend(ControlFiles.Success);
        session.Controls.SetOfflineResult(string.Join('\n', lines));
        session.CompareSuccess(operation, session.Controls.Unplug(operation.Id));
    }

    public void PlugVirtioMem(PlugVirtioMemOperation operation) =>
        session.CompareSuccess(operation, session.Controls.PlugVirtioMem(operation.Id, operation.Node, operation.Max));

    public void ResizeVirtioMem(ResizeVirtioMemOperation operation)
    {
        session.Controls.SetOfflineResult(ControlFiles.Success);
        var blocks = session.Controls.ResizeVirtioMem(operation.Id, operation.Size);
        session.Count();
        // A real device also plugs and unplugs parts of a block, which are not simulated.
        var expected = operation.Got / session.Trace.Machine.Definition.BlockSizeBytes;
        if (blocks != expected && blocks != expected + 1)
            session.Diverged(operation, $"{blocks} blocks, expected {expected}");
    }
}
