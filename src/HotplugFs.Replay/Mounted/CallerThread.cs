using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using HotplugFs.Abi;
using HotplugFs.Replay.Native;

namespace HotplugFs.Replay.Mounted;

/// <summary>
/// Runs calls on a thread of their own, which may be another user and may change its directory: on Linux both belong to the thread, and
/// the thread ends afterwards. The library's functions change the user of all threads, so the kernel is called directly.
/// </summary>
internal static class CallerThread
{
    private const int ShareFileSystem = 0x200;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    private static long SetGroups => IsArm ? 159 : 116;

    private static long SetResUid => IsArm ? 147 : 117;

    private static long SetResGid => IsArm ? 149 : 119;

    /// <summary>Runs calls.</summary>
    /// <param name="uid">The user, and the group of that number.</param>
    /// <param name="calls">The calls.</param>
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
        Check(Interop.Unshare(ShareFileSystem), "unshare");
        if (uid == 0)
            return;
        Check(Interop.SystemCall(SetGroups, 0, 0, 0), "setgroups");
        Check(Interop.SystemCall(SetResGid, uid, uid, uid), "setresgid");
        Check(Interop.SystemCall(SetResUid, uid, uid, uid), "setresuid");
    }

    private static void Check(long result, string what)
    {
        if (result < 0)
            throw new ReplayException($"{what}: {Interop.LastError.Text()}");
    }
}
