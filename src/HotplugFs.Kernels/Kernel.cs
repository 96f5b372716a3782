using HotplugFs.Engine.Memory;
using HotplugFs.Engine.Policies;
using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Kernels;

/// <summary>A kernel that can be simulated.</summary>
/// <param name="Rules">How it manages memory.</param>
/// <param name="Files">Which files it has.</param>
/// <param name="Distribution">The distribution that it was selected by; null if it was selected by its version.</param>
/// <param name="Note">One line for users that states how far it is known; null if the version was recorded.</param>
public sealed record Kernel(KernelRules Rules, SysfsProfile Files, string? Distribution = null, string? Note = null)
{
    /// <summary>The kernel's version, as users name it: <c>4.9</c>.</summary>
    public string Name => Rules.Name;

    /// <summary>The name by which it was selected, and can be again.</summary>
    public string SelectedName => Distribution ?? Name;

    /// <summary>The values that <c>auto_online_blocks</c> can have; only offline if the kernel does not have the file.</summary>
    public IEnumerable<OnlineType> AutoOnlineTypes => StateWords.AllRequests.Where(type => type == OnlineType.Offline
        || Files.AutoOnlineAcceptsZones || (Files.HasAutoOnlineBlocks && type == OnlineType.Online));
}
