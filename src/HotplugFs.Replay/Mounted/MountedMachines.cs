namespace HotplugFs.Replay.Mounted;
internal sealed class MountedMachines(Func<Trace, IMountedMachine> mount) : IReplayMachines
{
    public bool BootsAreCheap => false;
    public IReadOnlyList<KnownDifference> KnownDifferences => [];
    public IReplayMachine Boot(Trace trace) => throw new InvalidOperationException(mount.ToString());
}
