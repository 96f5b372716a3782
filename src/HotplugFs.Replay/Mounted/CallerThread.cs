using System.Runtime.ExceptionServices;
using HotplugFs.Linux;

namespace HotplugFs.Replay.Mounted;

/// <summary>
/// Runs calls on a new thread, as any user. On Linux a user and a working directory belong to a thread, which ends afterwards. The
/// functions of the C library change the user of all threads, so the system calls are made directly.
/// </summary>
internal static class CallerThread
{
    /// <summary>Changes to a user, makes system calls, and returns their result or throws their exception.</summary>
    /// <param name="uid">The user, and the group with the same number.</param>
    public static T Run<T>(uint uid, Func<T> calls)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Become(uid);
                result = calls();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    private static void Become(uint uid)
    {
        Check(Sched.Unshare(Sched.CLONE_FS), "unshare");
        if (uid == 0)
            return;
        Check(SysSyscall.ClearGroups(), "setgroups");
        Check(SysSyscall.SetResGid(uid), "setresgid");
        Check(SysSyscall.SetResUid(uid), "setresuid");
    }

    private static void Check(Result result, string what)
    {
        if (!result.IsOk)
            throw new ReplayException($"{what}: {result.Error.Text()}");
    }
}
