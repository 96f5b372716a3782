using HotplugFs.Linux;

namespace HotplugFs.Replay.Mounted;

/// <summary>Machines that someone mounts.</summary>
/// <param name="mount">Mounts the machine of a recording.</param>
internal sealed class MountedMachines(Func<Trace, IMountedMachine> mount) : IReplayMachines
{
    private const string IdentityMapPath = "/proc/self/uid_map";

    /// <summary>Why calls cannot be made as the users who made the recorded ones; null if they can, which takes root of the machine.</summary>
    public static string? WhyNotEveryUser { get; } =
        Unistd.GetEuid() == 0 && IsIdentity(File.ReadAllText(IdentityMapPath)) ? null : "sys: made by root and by uid 65534; run as root";

    public bool BootsAreCheap => false;

    public IReadOnlyList<KnownDifference> KnownDifferences => FuseDifferences.Rows;

    public IReplayMachine Boot(Trace trace) => new MountedMachine(mount(trace));

    private static bool IsIdentity(string map) => map.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["0", "0", _];
}
