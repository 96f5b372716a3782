namespace HotplugFs.Sysfs.ObjectSets;

/// <summary>The classes of access to the memory of nodes.</summary>
internal static class AccessClasses
{
    /// <summary>Returns class 1 of a node: the best CPUs; null if they are not known.</summary>
    public static NodeAccess? CpuAccessIn(this NodeHardware hardware, Machine machine) =>
        hardware.CpuAccess
        ?? (hardware.Access is { } access && access.Initiators.All(node => machine.FindNode(node)!.Cpus.Count > 0) ? access : null);
}
