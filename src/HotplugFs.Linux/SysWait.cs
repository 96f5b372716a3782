namespace HotplugFs.Linux;

/// <summary>sys/wait.h.</summary>
public static partial class SysWait
{
    /// <summary>In place of a process id: any child.</summary>
    public const int AnyChild = -1;

    /// <summary>Waits until a child has exited (waitpid(2)).</summary>
    /// <param name="process">A process id or <see cref="AnyChild"/>.</param>
    /// <returns>Which child exited, and how; EINTR after a signal.</returns>
    public static Result<(int Process, WaitStatus Status)> WaitPid(int process)
    {
        var exited = waitpid(process, out var status, 0);
        return exited < 0 ? Libc.LastError : (exited, new WaitStatus(status));
    }

    /// <summary>Waits until a child has exited, and waits again after a signal.</summary>
    /// <returns>How it exited; status 0 if the process is no child of this one.</returns>
    public static WaitStatus WaitForExit(int process)
    {
        Result<(int Process, WaitStatus Status)> exited;
        do
            exited = WaitPid(process);
        while (exited is { IsOk: false, Error: Errno.EINTR });
        return exited.IsOk ? exited.Value.Status : default;
    }

    [LibraryImport(Libc.Name, SetLastError = true)]
    private static partial int waitpid(int pid, out int wstatus, int options);
}
