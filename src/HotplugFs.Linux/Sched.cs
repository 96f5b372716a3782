namespace HotplugFs.Linux;

/// <summary>sched.h: what threads share, and namespaces.</summary>
public static partial class Sched
{
    /// <summary>The current directory and the file creation mask.</summary>
    public const int CLONE_FS = 0x200;
    /// <summary>The mount namespace; implies CLONE_FS.</summary>
    public const int CLONE_NEWNS = 0x20000;
    /// <summary>The network namespace.</summary>
    public const int CLONE_NEWNET = 0x40000000;

    /// <summary>Gives the calling thread its own copy of what it shares with others (unshare(2)).</summary>
    /// <param name="flags">CLONE_* flags.</param>
    public static Result Unshare(int flags) => Libc.Check(unshare(flags));

    /// <summary>Moves the calling thread to a namespace (setns(2)).</summary>
    /// <param name="descriptor">An open file of /proc/PID/ns.</param>
    /// <param name="type">CLONE_NEW*; any other namespace is EINVAL.</param>
    public static Result SetNs(int descriptor, int type) => Libc.Check(setns(descriptor, type));

    /// <summary>Returns the CPUs that the calling thread may run on (sched_getaffinity(2)).</summary>
    /// <param name="mask">Receives a bit for each CPU; the kernel may have more CPUs than it holds, which is EINVAL.</param>
    public static Result GetAffinity(Span<ulong> mask)
    {
        mask.Clear();
        return Libc.Check(sched_getaffinity(0, (nuint)(mask.Length * sizeof(ulong)), mask));
    }

    /// <summary>Sets the CPUs that the calling thread, and the processes that it starts, may run on (sched_setaffinity(2)).</summary>
    /// <param name="mask">A bit for each CPU.</param>
    /// <returns>Success; EINVAL if the thread may run on none of them.</returns>
    public static Result SetAffinity(ReadOnlySpan<ulong> mask) => Libc.Check(sched_setaffinity(0, (nuint)(mask.Length * sizeof(ulong)), mask));

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int sched_getaffinity(int pid, nuint size, Span<ulong> mask);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int sched_setaffinity(int pid, nuint size, ReadOnlySpan<ulong> mask);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int unshare(int flags);

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int setns(int fd, int nstype);
}
