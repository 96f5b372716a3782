using HotplugFs.Abi;
using HotplugFs.Linux;

namespace HotplugFs.Cli.Running;

/// <summary>
/// Modules of the host's kernel. Root keeps its rights in a command that is run, but a script that was written for the machine it is
/// on may load one, as the kernel's own test of memory hotplug does, and that would be the host's.
/// </summary>
internal static class KernelModules
{
    /// <summary>Takes the right to load and unload them from whatever this thread starts from now on (capabilities(7), "bounding set").</summary>
    /// <exception cref="RunException">It cannot be taken away.</exception>
    public static void Forbid()
    {
        // A capability that is not in the set, in a container for instance, is dropped without an error.
        var dropped = SysPrctl.DropCapability(SysPrctl.CAP_SYS_MODULE);
        if (!dropped.IsOk)
            throw new RunException($"the right to load kernel modules cannot be taken from the command: {dropped.Error.Text()}");
    }
}
