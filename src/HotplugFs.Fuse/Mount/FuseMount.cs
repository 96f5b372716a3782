using HotplugFs.Fuse.Device;
using HotplugFs.Linux;
using static HotplugFs.Linux.SysMount;

namespace HotplugFs.Fuse.Mount;

/// <summary>
/// A hotplugfs mount. It is made by mount(2) if permitted (to root, also in a user namespace), otherwise by fusermount3. The process
/// that serves a mount must never access it, because it would wait for itself.
/// </summary>
public sealed class FuseMount : IDisposable
{
    private const string Subtype = "hotplugfs";

    private readonly FuseMountOptions _options;

    private FuseMount(string directory, DescriptorHandle handle, FuseMountOptions options)
    {
        Directory = directory;
        Channel = new FuseDevice(handle);
        _options = options;
    }

    /// <summary>The mount point: an absolute path without links.</summary>
    public string Directory { get; }

    /// <summary>The connection to the kernel, for a FUSE session.</summary>
    public IFuseChannel Channel { get; }

    /// <summary>Mounts on a directory. Requests wait until a session serves the channel.</summary>
    /// <param name="directory">An existing directory without a hotplugfs mount.</param>
    /// <exception cref="FuseException">Mounting failed; nothing is mounted.</exception>
    public static FuseMount Create(string directory, FuseMountOptions? options = null)
    {
        options ??= new FuseMountOptions();
        var resolved = Check(directory);
        var handle = (options.AvoidsSystemCall ? null : MountDirectly(resolved, options))
            ?? Fusermount.Mount(resolved, FusermountOptions(options), options.Fusermount);
        return new FuseMount(resolved, handle, options);
    }

    /// <summary>Unmounts this mount; the session that serves it then ends.</summary>
    /// <param name="lazy">Detach the mount even if it is in use, like umount -l. The session ends when the last user does.</param>
    /// <exception cref="FuseException">The mount is in use, or unmounting is not permitted.</exception>
    public void Unmount(bool lazy = false) => UnmountResolved(Directory, lazy, _options.Fusermount);

    /// <summary>Unmounts a hotplugfs mount that any process serves.</summary>
    /// <param name="lazy">Detach the mount even if it is in use, like umount -l. The session ends when the last user does.</param>
    /// <exception cref="FuseException">The directory has no hotplugfs mount, it is in use, or unmounting is not permitted.</exception>
    public static void Unmount(string directory, bool lazy = false) =>
        UnmountResolved(ResolveMount(directory), lazy, new FuseMountOptions().Fusermount);

    /// <summary>Makes a hotplugfs mount that any process serves read-only, or writable again. The machine does not change.</summary>
    /// <exception cref="FuseException">The directory has no hotplugfs mount, one of its files is open for writing, or remounting is not
    /// permitted.</exception>
    public static void Remount(string directory, bool isReadOnly)
    {
        var resolved = ResolveMount(directory);
        if (!SysMount.Mount(Subtype, resolved, MountEntry.HotplugFsType, MS_REMOUNT | Flags(isReadOnly), "").Failed(out var error))
            return;
        throw new FuseException(error switch
        {
            Errno.EPERM or Errno.EACCES => $"{directory}: permission denied; only root may remount",
            Errno.EBUSY => $"{directory}: in use; close its files that are open for writing",
            _ => $"{directory}: remounting failed: {error.Text()}",
        });
    }

    /// <summary>Closes the connection. If the mount still exists, all operations on it then fail with ENOTCONN.</summary>
    public void Dispose() => Channel.Dispose();

    private static string Check(string directory)
    {
        if (!Stdlib.RealPath(directory).TryGet(out var resolved, out var error))
        {
            throw new FuseException(error switch
            {
                Errno.ENOENT => $"{directory}: no such directory; make it first (mkdir -p {directory})",
                Errno.ENOTDIR => $"{directory}: not a directory; mount on a directory",
                _ => $"{directory}: {error.Text()}",
            });
        }
        // Checks the mount table first, because accessing the directory would block if it has a mount that no process serves.
        if (MountEntry.At(resolved) is { IsHotplugFs: true })
            throw new FuseException($"{directory}: already a hotplugfs mount; unmount it first (hotplugfs unmount {directory})");
        if (!System.IO.Directory.Exists(resolved))
            throw new FuseException($"{directory}: not a directory; mount on a directory");
        return resolved;
    }

    /// <returns>The device of the new mount; null if mount(2) is not permitted and fusermount3 is to mount.</returns>
    private static DescriptorHandle? MountDirectly(string directory, FuseMountOptions options)
    {
        if (!FuseDevice.Open(options.DevicePath).TryGet(out var handle, out var error))
            throw DeviceProblem(error, options.DevicePath);
        var data = MountData(handle, options);
        if (!SysMount.Mount(options.Source, directory, MountEntry.HotplugFsType, Flags(options.IsReadOnly), data).Failed(out error))
            return handle;
        handle.Dispose();
        if (error is Errno.EPERM or Errno.EACCES)
        {
            if (Fusermount.IsInstalled(options.Fusermount))
                return null;
            throw new FuseException($"{directory}: this user may not mount, and {options.Fusermount} is not installed; "
                + "run as root, in a user namespace (unshare -Urm), or install it (Debian: apt install fuse3)");
        }
        throw new FuseException(error == Errno.ENODEV
            ? "the kernel does not support FUSE; load the module (modprobe fuse)"
            : $"{directory}: mounting failed: {error.Text()}");
    }

    private static FuseException DeviceProblem(Errno error, string device) =>
        new(error switch
        {
            Errno.ENOENT => $"{device}: no such device; load the kernel's module (modprobe fuse), "
                + "or start the container with --device /dev/fuse",
            Errno.ENODEV or Errno.ENXIO => $"{device}: the kernel does not support FUSE; load the module (modprobe fuse)",
            Errno.EPERM => $"{device}: operation not permitted; start the container with --device /dev/fuse",
            // fusermount3 opens the device as the calling user, so it would fail as well.
            Errno.EACCES => $"{device}: permission denied; run as root, or make it accessible to all users (chmod 666 {device})",
            _ => $"{device}: cannot be opened: {error.Text()}",
        });

    private static nuint Flags(bool isReadOnly) => MS_NOSUID | MS_NODEV | MS_NOEXEC | (isReadOnly ? MS_RDONLY : 0);

    private static string MountData(DescriptorHandle handle, FuseMountOptions options)
    {
        var data = $"fd={handle.Descriptor},rootmode=40000,user_id={Unistd.GetEuid()},group_id={Unistd.GetEgid()},default_permissions";
        return options.AllowOther ? data + ",allow_other" : data;
    }

    private static string FusermountOptions(FuseMountOptions options)
    {
        // fusermount3 ends an option at a comma, unless a backslash precedes it.
        var source = options.Source.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal);
        var data = $"{(options.IsReadOnly ? "ro" : "rw")},nosuid,nodev,noexec,default_permissions,fsname={source},subtype={Subtype}";
        return options.AllowOther ? data + ",allow_other" : data;
    }

    private static void UnmountResolved(string directory, bool lazy, string fusermount)
    {
        if (!Umount2(directory, UMOUNT_NOFOLLOW | (lazy ? MNT_DETACH : 0)).Failed(out var error))
            return;
        if (error == Errno.EPERM)
        {
            Fusermount.Unmount(directory, lazy, fusermount);
            return;
        }
        throw new FuseException(error switch
        {
            Errno.EBUSY => $"{directory}: in use; close its files, leave its directories in all shells, "
                + $"or detach it (hotplugfs unmount --lazy {directory})",
            Errno.EINVAL or Errno.ENOENT => $"{directory}: not mounted",
            _ => $"{directory}: unmounting failed: {error.Text()}",
        });
    }

    /// <summary>The mount point of a hotplugfs mount, without links.</summary>
    private static string ResolveMount(string directory)
    {
        if (!Stdlib.RealPath(directory).TryGet(out var resolved, out var error))
            throw new FuseException($"{directory}: {error.Text()}; pass the directory on which hotplugfs is mounted");
        if (MountEntry.At(resolved) is not { IsHotplugFs: true })
            throw new FuseException($"{directory}: no hotplugfs is mounted there (see: findmnt -t {MountEntry.HotplugFsType})");
        return resolved;
    }
}
