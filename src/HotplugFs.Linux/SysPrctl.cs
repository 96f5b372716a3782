namespace HotplugFs.Linux;

/// <summary>sys/prctl.h, and the capabilities of linux/capability.h.</summary>
public static partial class SysPrctl
{
    /// <summary>Load and unload kernel modules.</summary>
    public const int CAP_SYS_MODULE = 16;
    /// <summary>Mount file systems, and many other rights.</summary>
    public const int CAP_SYS_ADMIN = 21;

    private const int PR_CAPBSET_DROP = 24;

    /// <summary>Prevents programs that the calling thread starts from getting a capability (PR_CAPBSET_DROP in prctl(2)).</summary>
    /// <returns>EPERM without CAP_SETPCAP; success if the thread's bounding set does not have the capability.</returns>
    public static Result DropCapability(int capability) => Libc.Check(prctl(PR_CAPBSET_DROP, (nuint)capability, 0, 0, 0));

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int prctl(int option, nuint arg2, nuint arg3, nuint arg4, nuint arg5);
}
