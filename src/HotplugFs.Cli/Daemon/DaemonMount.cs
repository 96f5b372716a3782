using HotplugFs.Fuse;
using HotplugFs.Fuse.Mount;

namespace HotplugFs.Cli.Daemon;

/// <summary>The mount of a daemon. Any thread may end it, even before it exists.</summary>
internal sealed class DaemonMount(MountRequest request, DaemonReport report)
{
    private readonly Lock _lock = new();
    private FuseMount? _mount;

    /// <summary>Mounts the file system.</summary>
    /// <exception cref="FuseException">The mount failed.</exception>
    public FuseMount Mount()
    {
        lock (_lock)
            return _mount = FuseMount.Create(request.Directory, request.Options.ForFuse(request.Source));
    }

    /// <summary>
    /// Unmounts, which ends the session. If there is no mount yet, exits the process. If the mount is busy, detaches it and exits the
    /// process; its users then get ENOTCONN.
    /// </summary>
    public void End()
    {
        lock (_lock)
        {
            // Until then the daemon reads a file, which may take as long as it wants to.
            if (_mount is null)
                Environment.Exit(ExitStatus.Failure);
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
        if (TryDetach(mount))
            Environment.Exit(ExitStatus.Success);
    }

    /// <summary>Detaches the mount after its session has failed, so that no mount stays without a server.</summary>
    public void Detach()
    {
        lock (_lock)
        {
            if (_mount is not null)
                _ = TryDetach(_mount);
        }
    }

    /// <returns>False if that failed, because fusermount3 could not be started. The mount is then served until the next signal.</returns>
    private bool TryDetach(FuseMount mount)
    {
        try
        {
            mount.Unmount(lazy: true);
            return true;
        }
        catch (FuseException problem)
        {
            report.Problem(problem.Message);
            return false;
        }
    }
}
