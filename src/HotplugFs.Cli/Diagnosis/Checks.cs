using HotplugFs.Cli.Running;

namespace HotplugFs.Cli.Diagnosis;

/// <summary>Checks what hotplugfs needs of the computer.</summary>
internal static class Checks
{
    private const string Device = "/dev/fuse";

    private static readonly Version PassthroughSince = new(6, 9);

    /// <summary>Makes all checks. The last one runs a command on a simulated machine, for which the others are not needed in all cases.</summary>
    public static IEnumerable<Func<Finding>> All => [FuseDevice, UserNamespaces, Fusermount, Udev, Passthrough, RunsCommands];

    private static Finding FuseDevice()
    {
        const string what = "FUSE device";
        var opened = Fcntl.Open(Device, Fcntl.O_RDWR | Fcntl.O_CLOEXEC);
        if (opened.IsOk)
        {
            _ = Unistd.Close(opened.Value);
            return new Finding(what, true, Device);
        }
        return new Finding(what, false, opened.Error switch
        {
            Errno.ENOENT or Errno.ENODEV or Errno.ENXIO => $"{Device} is missing; as root, run modprobe fuse (in a container: --device {Device})",
            Errno.EACCES or Errno.EPERM => $"this user may not open {Device}; as root, run chmod 666 {Device} (in a container: --device {Device})",
            _ => $"{Device}: {opened.Error.Text()}",
        });
    }

    private static Finding UserNamespaces()
    {
        const string what = "user namespaces";
        var (status, _) = Child.Run(["unshare", "--user", "--map-root-user", "--mount", "true"]);
        if (status == 0)
            return new Finding(what, true, "can be created");
        return new Finding(what, false, status == Child.NotFound
            ? "unshare is not installed; as root, run apt install util-linux"
            : Namespaces.WhyNoUserNamespace()
                ?? "the kernel refuses them; in a container, add --cap-add SYS_ADMIN --security-opt seccomp=unconfined");
    }

    private static Finding Fusermount()
    {
        const string what = "fusermount3";
        if (Namespaces.MayMount)
            return new Finding(what, true, "not needed: this user may mount");
        return Child.Run(["fusermount3", "--version"]).Status == 0
            ? new Finding(what, true, "installed")
            : new Finding(what, false, "not installed, so hotplugfs mount is for root only; as root, run apt install fuse3");
    }

    private static Finding Udev() => UdevDaemon.Find() is { } program
        ? new Finding("systemd-udevd", true, program)
        : new Finding("systemd-udevd", false, "not installed, so run --udev does not work; as root, run apt install udev");

    private static Finding Passthrough()
    {
        const string what = "FUSE passthrough";
        var release = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        var number = string.Concat(release.TakeWhile(letter => char.IsAsciiDigit(letter) || letter == '.')).Trim('.');
        if (!Version.TryParse(number, out var version) || version < PassthroughSince)
            return new Finding(what, false, $"kernel {release} does not have it, so reads take longer; boot Linux {PassthroughSince} or newer");
        return Namespaces.MayMount
            ? new Finding(what, true, $"kernel {release} has it")
            : new Finding(what, false, "only root may use it, so reads take longer; run hotplugfs mount as root");
    }

    private static Finding RunsCommands()
    {
        var (status, text) = Child.Run([.. ThisProgram.Command, "run", "--", "true"]);
        return status == 0
            ? new Finding("hotplugfs run", true, "works")
            : new Finding("hotplugfs run", false, text.Split('\n')[0].Trim());
    }
}
