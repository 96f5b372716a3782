using HotplugFs.Abi;
using HotplugFs.Fuse.Device;
using HotplugFs.Fuse.Mount;
using HotplugFs.Linux;
using static HotplugFs.Linux.SysMount;

namespace HotplugFs.Fuse;

/// <summary>
/// A mount of ours. It is made by mount(2) where that is permitted (root, also root of a user namespace only), else by fusermount3.
/// The process that serves a mount must never touch it: it would wait for itself.
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

    /// <summary>Where it is mounted: an absolute path without links.</summary>
    public string Directory { get; }

    /// <summary>The kernel's end, for <see cref="FuseSession"/>.</summary>
    public IFuseChannel Channel { get; }

    /// <summary>Mounts. Requests wait until a session serves the channel.</summary>
    /// <param name="directory">Where: an existing directory that has no mount of ours.</param>
    /// <param name="options">How.</param>
    /// <exception cref="FuseException">It cannot be mounted; nothing stays mounted.</exception>
    public static FuseMount Create(string directory, FuseMountOptions? options = null)
    {
        options ??= new FuseMountOptions();
        var resolved = Check(directory);
        var handle = (options.AvoidsSystemCall ? null : MountDirectly(resolved, options))
            ?? Fusermount.Mount(resolved, FusermountOptions(options), options.Fusermount);
        return new FuseMount(resolved, handle, options);
    }

    /// <summary>Unmounts this mount; the session that serves it then ends.</summary>
    /// <param name="lazy">Take it out of sight at once although it is in use, and end when its last user does.</param>
    /// <exception cref="FuseException">It is in use, or unmounting is not permitted.</exception>
    public void Unmount(bool lazy = false) => UnmountResolved(Directory, lazy, _options.Fusermount);

    /// <summary>Unmounts a mount of ours that any process serves.</summary>
    /// <param name="directory">Where it is mounted.</param>
    /// <param name="lazy">Take it out of sight at once although it is in use, and end when its last user does.</param>
    /// <exception cref="FuseException">There is none, it is in use, or unmounting is not permitted.</exception>
    public static void Unmount(string directory, bool lazy = false)
    {
        UnmountResolved(ResolveMount(directory), lazy, new FuseMountOptions().Fusermount);
    }

    /// <summary>Makes a mount of ours that any process serves read-only, or writable again. The machine goes on as it is.</summary>
    /// <param name="directory">Where it is mounted.</param>
    /// <param name="isReadOnly">True for read-only.</param>
    /// <exception cref="FuseException">There is none, a file of it is open for writing, or this user may not.</exception>
    public static void Remount(string directory, bool isReadOnly)
    {
        var resolved = ResolveMount(directory);
        var remounted = SysMount.Mount(Subtype, resolved, MountEntry.HotplugFsType, MS_REMOUNT | Flags(isReadOnly), "");
        if (remounted.IsOk)
            return;
        throw new FuseException(remounted.Error switch
        {
            Errno.EPERM or Errno.EACCES => $"{directory}: this user may not mount again; only root may",
            Errno.EBUSY => $"{directory}: in use; close what is open for writing in it",
            var error => $"{directory}: mounting again failed: {error.Text()}",
        });
    }

    /// <summary>Closes the kernel's end. A mount that is still there then answers everything with ENOTCONN.</summary>
    public void Dispose() => Channel.Dispose();

    private static string Check(string directory)
    {
        var resolved = Stdlib.RealPath(directory);
        if (!resolved.IsOk)
        {
            throw new FuseException(resolved.Error switch
            {
                Errno.ENOENT => $"{directory}: no such directory; make it first (mkdir -p {directory})",
                Errno.ENOTDIR => $"{directory}: not a directory; mount on a directory",
                var error => $"{directory}: {error.Text()}",
            });
        }
        // Looking at the directory would touch the mount that may be on it, and wait if nobody serves that.
        if (MountEntry.At(resolved.Value) is { IsHotplugFs: true })
            throw new FuseException($"{directory}: already a hotplugfs mount; unmount it first (hotplugfs unmount {directory})");
        if (!System.IO.Directory.Exists(resolved.Value))
            throw new FuseException($"{directory}: not a directory; mount on a directory");
        return resolved.Value;
    }

    /// <returns>The device of the new mount; null if this user may not mount and fusermount3 should be asked.</returns>
    private static DescriptorHandle? MountDirectly(string directory, FuseMountOptions options)
    {
        var opened = FuseDevice.Open(options.DevicePath);
        if (!opened.IsOk)
            throw RefusedDevice(opened.Error, options);
        var handle = opened.Value;
        var data = MountData(handle, options);
        var mounted = SysMount.Mount(options.Source, directory, MountEntry.HotplugFsType, Flags(options.IsReadOnly), data);
        if (mounted.IsOk)
            return handle;
        var error = mounted.Error;
        handle.Dispose();
        if (error is Errno.EPERM or Errno.EACCES)
        {
            if (Fusermount.IsInstalled(options.Fusermount))
                return null;
            throw new FuseException($"{directory}: this user may not mount, and {options.Fusermount}, which would do it, is not installed; "
                + "run as root, in a user namespace (unshare -Urm), or install it (Debian: apt install fuse3)");
        }
        throw new FuseException(error == Errno.ENODEV
            ? "this kernel has no FUSE; load its module (modprobe fuse)"
            : $"{directory}: mounting failed: {error.Text()}");
    }

    private static FuseException RefusedDevice(Errno error, FuseMountOptions options) =>
        new(error switch
        {
            Errno.ENOENT => $"{options.DevicePath}: no such device; load the kernel's module (modprobe fuse), "
                + "or start the container with --device /dev/fuse",
            Errno.ENODEV or Errno.ENXIO => $"{options.DevicePath}: this kernel has no FUSE; load its module (modprobe fuse)",
            Errno.EPERM => $"{options.DevicePath}: not permitted to open it; start the container with --device /dev/fuse",
            // fusermount3 opens it as the user who calls, so it would fail too.
            Errno.EACCES => $"{options.DevicePath}: this user may not open it; let root allow it to all "
                + $"(chmod 666 {options.DevicePath}), or run as root",
            _ => $"{options.DevicePath}: cannot be opened: {error.Text()}",
        });

    private static nuint Flags(bool isReadOnly) => MS_NOSUID | MS_NODEV | MS_NOEXEC | (isReadOnly ? MS_RDONLY : 0);

    private static string MountData(DescriptorHandle handle, FuseMountOptions options)
    {
        var data = $"fd={handle.Descriptor},rootmode=40000,user_id={Unistd.GetEuid()},group_id={Unistd.GetEgid()},default_permissions";
        return options.AllowOther ? data + ",allow_other" : data;
    }

    private static string FusermountOptions(FuseMountOptions options)
    {
        // The program takes a comma for the end of an option, unless a backslash is before it.
        var source = options.Source.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal);
        var data = $"{(options.IsReadOnly ? "ro" : "rw")},nosuid,nodev,noexec,default_permissions,fsname={source},subtype={Subtype}";
        return options.AllowOther ? data + ",allow_other" : data;
    }

    private static void UnmountResolved(string directory, bool lazy, string fusermount)
    {
        var unmounted = Umount2(directory, UMOUNT_NOFOLLOW | (lazy ? MNT_DETACH : 0));
        if (unmounted.IsOk)
            return;
        var error = unmounted.Error;
        if (error == Errno.EPERM)
        {
            Fusermount.Unmount(directory, lazy, fusermount);
            return;
        }
        throw new FuseException(error switch
        {
            Errno.EBUSY => $"{directory}: in use; close what is open in it, leave it with every shell, or unmount lazily",
            Errno.EINVAL or Errno.ENOENT => $"{directory}: nothing is mounted there",
            _ => $"{directory}: unmounting failed: {error.Text()}",
        });
    }

    /// <summary>The directory of a mount of ours, without links.</summary>
    private static string ResolveMount(string directory)
    {
        var resolved = Stdlib.RealPath(directory);
        if (!resolved.IsOk)
            throw new FuseException($"{directory}: {resolved.Error.Text()}; name the directory that hotplugfs is mounted on");
        if (MountEntry.At(resolved.Value) is not { IsHotplugFs: true })
            throw new FuseException($"{directory}: no hotplugfs is mounted there (see: findmnt -t {MountEntry.HotplugFsType})");
        return resolved.Value;
    }
}
