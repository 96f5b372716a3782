namespace HotplugFs.Linux;

/// <summary>
/// sys/syscall.h: system calls without the C library. They change the ids of the calling thread; the library's
/// functions would change those of all threads (setresuid(2), "C library/kernel differences").
/// </summary>
public static partial class SysSyscall
{
    private static long SYS_setgroups => Libc.IsArm64 ? 159 : 116;

    private static long SYS_setresuid => Libc.IsArm64 ? 147 : 117;

    private static long SYS_setresgid => Libc.IsArm64 ? 149 : 119;

    /// <summary>Removes all supplementary groups (setgroups(2)).</summary>
    public static Result ClearGroups() => Libc.Check(syscall(SYS_setgroups, 0, 0, 0));

    /// <summary>Sets the real, effective and saved user id (setresuid(2)).</summary>
    public static Result SetResUid(uint uid) => Libc.Check(syscall(SYS_setresuid, uid, uid, uid));

    /// <summary>Sets the real, effective and saved group id (setresgid(2)).</summary>
    public static Result SetResGid(uint gid) => Libc.Check(syscall(SYS_setresgid, gid, gid, gid));

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial long syscall(long number, long arg1, long arg2, long arg3);
}
