using HotplugFs.Linux;

namespace HotplugFs.Replay.Mounted;

/// <summary>Boots machines by mounting them.</summary>
/// <param name="mount">Mounts the machine of a recording.</param>
internal sealed class MountBackend(Func<Trace, IMountedMachine> mount) : IReplayBackend
{
    private const string IdentityMapPath = "/proc/self/uid_map";

    /// <summary>Why calls cannot be made as any user; null for root of the initial user namespace, who can.</summary>
    public static string? WhyNotEveryUser { get; } =
        Unistd.GetEuid() == 0 && IsIdentity(File.ReadAllText(IdentityMapPath))
            ? null
            : "sys: recorded as root and as uid 65534; run as root";

    public bool BootsAreCheap => false;

    public IReadOnlyList<KnownDifference> KnownDifferences => FuseDifferences.All;

    public IReplayMachine Boot(Trace trace) => new MountedMachine(mount(trace));

    private static bool IsIdentity(string map) => map.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["0", "0", _];
}
