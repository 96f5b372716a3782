using HotplugFs.Cli.Signals;
using static HotplugFs.Linux.Fcntl;

namespace HotplugFs.Cli.Running;

/// <summary>
/// The namespaces of <c>hotplugfs run</c>. unshare(1) creates them, because only a process with a single thread may enter a new user
/// namespace, and this runtime always has several.
/// </summary>
internal static class Namespaces
{
    private const string Unshare = "unshare";

    /// <summary>The settings that forbid users to create namespaces.</summary>
    private static readonly (string File, string Forbidden, string Fix)[] Settings =
    [
        ("/proc/sys/user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=10000"),
        ("/proc/sys/kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"),
        ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "sysctl kernel.apparmor_restrict_unprivileged_userns=0"),
    ];

    /// <summary>True if this process has CAP_SYS_ADMIN, so that it may mount outside a new user namespace.</summary>
    public static bool MayMount
    {
        get
        {
            const string name = "CapEff:\t";
            var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
            var capabilities = ulong.Parse(line[name.Length..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            return (capabilities >> SysPrctl.CAP_SYS_ADMIN & 1) != 0;
        }
    }

    /// <summary>Starts a program as the init process of new namespaces.</summary>
    /// <param name="program">The program and its arguments.</param>
    /// <param name="given">A descriptor that the program inherits under the same number.</param>
    /// <param name="errors">
    /// A descriptor that the program inherits instead of standard error, because unshare's own messages would only confuse users.
    /// </param>
    /// <returns>The process id of unshare, which exits with the program's status.</returns>
    /// <exception cref="CommandException">unshare cannot be started.</exception>
    public static int Start(IReadOnlyList<string> program, int given, int errors)
    {
        var nullDevice = Fcntl.Open("/dev/null", O_RDWR | O_CLOEXEC);
        if (!nullDevice.IsOk)
            throw new CommandException($"/dev/null: {nullDevice.Error.Text()}");
        var started = Spawn.Start(new SpawnRequest
        {
            Program = Unshare,
            SearchPath = true,
            Arguments =
            [
                Unshare, .. MayMount ? [] : new[] { "--user", "--map-root-user" },
                "--mount", "--pid", "--fork", "--kill-child", "--", .. program,
            ],
            Given = [(given, given), (errors, errors), (nullDevice.Value, Unistd.STDERR_FILENO)],
            Blocked = ForwardedSignals.All,
        });
        _ = Unistd.Close(nullDevice.Value);
        if (started.IsOk)
            return started.Value;
        throw new CommandException($"{Unshare}: {started.Error.Text()}; install util-linux");
    }

    /// <summary>Returns why unshare has failed, and how to change that.</summary>
    public static string WhyRefused()
    {
        if (MayMount)
            return "the kernel refuses them despite CAP_SYS_ADMIN; a security module may forbid them";
        if (WhyNoUserNamespace() is { } reason)
            return $"{reason}, or run hotplugfs as root";
        return "this user may not create user namespaces; start a container with --cap-add SYS_ADMIN and --device /dev/fuse "
            + "as root, or with --security-opt seccomp=unconfined";
    }

    /// <summary>Returns which setting forbids user namespaces, and how to change it; null if none does.</summary>
    public static string? WhyNoUserNamespace()
    {
        foreach (var (file, forbidden, fix) in Settings)
        {
            if (File.Exists(file) && File.ReadAllText(file).Trim() == forbidden)
                return $"user namespaces are disabled ({file} is {forbidden}); as root, run {fix}";
        }
        return null;
    }
}
