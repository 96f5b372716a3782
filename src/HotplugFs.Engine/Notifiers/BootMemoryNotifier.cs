namespace HotplugFs.Engine.Notifiers;

/// <summary>Keeps boot memory online, on architectures that cannot do without it (docs/kernels.md, "Memory of arm64").</summary>
internal sealed class BootMemoryNotifier(PhysicalMemory memory) : IMemoryNotifier
{
    /// <inheritdoc/>
    public int Priority => 0;

    /// <inheritdoc/>
    public string Name => "boot memory";

    /// <inheritdoc/>
    public Result Notify(MemoryAction action, in MemoryNotify argument) =>
        action == MemoryAction.GoingOffline && memory[new BlockId((int)(argument.Pages.Start / memory.PagesPerBlock))].IsBoot
            ? Errno.EPERM
            : Result.Ok;
}
