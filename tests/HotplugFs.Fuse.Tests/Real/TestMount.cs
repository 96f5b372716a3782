using HotplugFs.Fuse.Device;
using HotplugFs.Fuse.Mount;
using HotplugFs.Fuse.Passthrough;
using HotplugFs.Fuse.Session;
using HotplugFs.Linux;

namespace HotplugFs.Fuse.Tests.Real;

/// <summary>
/// A real mount of a <see cref="DemoTree"/> in a private directory, served by a separate thread. A mount that hangs is aborted after
/// 30 seconds, so that the test fails instead of never ending.
/// </summary>
internal sealed class TestMount : IDisposable
{
    private const int ReadyTimeoutMs = 10_000;
    private const int HangTimeoutMs = 30_000;
    private const int EndTimeoutMs = 5_000;

    private readonly FuseMount _mount;
    private readonly Thread _thread;
    private readonly Timer _watchdog;
    private readonly StringBuilder _log = new();
    private Exception? _failure;
    private bool _hung;

    public TestMount(
        DemoTree demo,
        string subtree = "",
        FuseMountOptions? mountOptions = null,
        Func<IFuseChannel, IFuseChannel>? wrap = null,
        PassthroughUse passthrough = PassthroughUse.Constant)
    {
        RequireFuse();
        Demo = demo;
        Path = Directory.CreateTempSubdirectory("hotplugfs-test-").FullName;
        try
        {
            _mount = FuseMount.Create(Path, mountOptions);
        }
        catch
        {
            Directory.Delete(Path);
            throw;
        }
        using var ready = new ManualResetEventSlim();
        var options = new FuseSessionOptions
        {
            Root = demo.Tree.Find(subtree).Value,
            Log = line => { lock (_log) _log.AppendLine(line); },
            Ready = ready.Set,
            Passthrough = passthrough,
            PostCommitActions = demo.TakePostCommitAction,
        };
        Session = new FuseSession(wrap?.Invoke(_mount.Channel) ?? _mount.Channel, demo.Tree, options);
        _watchdog = new Timer(_ => { _hung = true; Abort(); }, null, HangTimeoutMs, Timeout.Infinite);
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
        if (!ready.Wait(ReadyTimeoutMs))
            Assert.Fail($"the mount does not answer: {_failure}");
    }

    public DemoTree Demo { get; }
    public FuseSession Session { get; }
    public string Path { get; }
    public int ExpectedFaults { get; init; }
    public bool IsServed => _thread.IsAlive;

    public string this[string path] => System.IO.Path.Combine(Path, path);

    /// <summary>Without FUSE, ignores the test, or fails it in CI.</summary>
    public static void RequireFuse()
    {
        if (File.Exists("/dev/fuse"))
            return;
        const string Reason = "/dev/fuse is missing: no mount can be tested (in a container: --device /dev/fuse --cap-add SYS_ADMIN)";
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(Reason);
        Assert.Ignore(Reason);
    }

    public void Unmount(bool lazy = false) => _mount.Unmount(lazy);

    /// <summary>
    /// Waits for the session to end after an unmount. The session lives as long as a copy of the mount in another mount namespace, such as
    /// one created during the test; the wait is longer then.
    /// </summary>
    public bool WaitForEnd()
    {
        for (var waitedMs = 0; waitedMs < HangTimeoutMs; waitedMs += EndTimeoutMs)
        {
            if (_thread.Join(EndTimeoutMs))
                return true;
            if (!IsInAnotherNamespace())
                return false;
        }
        return false;
    }

    public void Dispose()
    {
        var wasServed = IsServed;
        if (MountEntry.At(Path) is not null)
        {
            // The kernel may still be releasing a client's last file.
            SpinWait.SpinUntil(() => SysMount.Umount2(Path, 0).IsOk, 1000);
            if (MountEntry.At(Path) is not null)
            {
                Abort();
                SysMount.Umount2(Path, SysMount.MNT_DETACH);
            }
        }
        if (wasServed && !WaitForEnd())
            Abort();
        _watchdog.Dispose();
        _mount.Dispose();
        Assert.Multiple(() =>
        {
            Assert.That(_hung, Is.False, "the mount hung and was aborted");
            Assert.That(_thread.IsAlive, Is.False, "the session did not end");
            Assert.That(_failure, Is.Null);
            Assert.That(Session.HandlerFaults, Is.EqualTo(ExpectedFaults), _log.ToString());
            Assert.That(MountEntry.At(Path), Is.Null, "a mount remains");
        });
        Directory.Delete(Path);
    }

    private bool IsInAnotherNamespace()
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsDigit(path[^1])))
        {
            var table = System.IO.Path.Combine(process, "mountinfo");
            try
            {
                if (File.ReadAllText(table).Contains($" {Path} ", StringComparison.Ordinal))
                    return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The process ended or belongs to another user.
                continue;
            }
        }
        return false;
    }

    private void Serve()
    {
        try
        {
            Session.Run();
        }
        catch (Exception exception)
        {
            _failure = exception;
        }
    }

    private void Abort()
    {
        var abort = $"/sys/fs/fuse/connections/{MountEntry.At(Path)?.Minor}/abort";
        if (File.Exists(abort))
            File.WriteAllText(abort, "1");
        else
            // A forced unmount aborts the connection too; not every system mounts the directory above.
            SysMount.Umount2(Path, SysMount.MNT_FORCE);
    }
}
