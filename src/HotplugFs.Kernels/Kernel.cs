using HotplugFs.Engine.Policies;
using HotplugFs.Sysfs.Profiles;

namespace HotplugFs.Kernels;

/// <summary>A kernel that can be simulated.</summary>
/// <param name="Rules">How it manages memory.</param>
/// <param name="Files">Which files it has.</param>
public sealed record Kernel(KernelRules Rules, SysfsProfile Files)
{
    /// <summary>The kernel's version, as users name it: <c>4.9</c>.</summary>
    public string Name => Rules.Name;
}
