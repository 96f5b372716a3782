using System.Runtime.InteropServices;
using HotplugFs.Fuse;
using HotplugFs.Fuse.Mount;

namespace HotplugFs.Cli.Daemon;

/// <summary>The mount of a daemon. Any thread may end it, even before it exists.</summary>
internal sealed class DaemonMount(MountRequest request, DaemonReport report)
{
    private readonly Lock _lock = new();
    private FuseMount? _mount;
    private bool _isEnding;

    /// <summary>Mounts the file system. Returns null if <see cref="End()"/> was called before.</summary>
    /// <exception cref="FuseException">The mount failed.</exception>
    public FuseMount? Mount()
    {
        lock (_lock)
            return _isEnding ? null : _mount = FuseMount.Create(request.Directory, request.Options.ForFuse(request.Source));
    }

    /// <summary>Handles a signal by unmounting.</summary>
    public void End(PosixSignalContext context)
    {
        context.Cancel = true;
        End();
    }

    /// <summary>
    /// Unmounts, which ends the session. If the mount is busy, detaches it and exits the process; its users then get ENOTCONN.
    /// </summary>
    public void End()
    {
        lock (_lock)
        {
            _isEnding = true;
            if (_mount is null)
                return;
            try
            {
                _mount.Unmount();
            }
            catch (FuseException problem)
            {
                Abandon(_mount, problem);
            }
        }
    }

    private void Abandon(FuseMount mount, FuseException problem)
    {
        // Another process may have unmounted it in the meantime, which has ended the session.
        if (MountEntry.At(mount.Directory) is not { IsHotplugFs: true })
            return;
        report.Problem(problem.Message);
        mount.Unmount(lazy: true);
        Environment.Exit(ExitStatus.Success);
    }
}
