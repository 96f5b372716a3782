using System.Globalization;
using HotplugFs.Abi;
using HotplugFs.Cli.Native;

namespace HotplugFs.Cli.Running;

/// <summary>
/// The namespaces that a command runs in. unshare(1) makes them: a process may leave its user and process namespaces only while it has
/// one thread, which no program on this runtime ever has.
/// </summary>
internal static class Namespaces
{
    private const string Unshare = "unshare";
    private const int SysAdminBit = 21;

    /// <summary>What can keep users from making namespaces, and how to find out.</summary>
    private static readonly (string File, string Forbids, string Advice)[] Settings =
    [
        ("/proc/sys/user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=10000"),
        ("/proc/sys/kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"),
        ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "sysctl kernel.apparmor_restrict_unprivileged_userns=0"),
    ];

    /// <summary>True if this process may mount without becoming root of a user namespace first.</summary>
    public static bool MayMount
    {
        get
        {
            const string name = "CapEff:\t";
            var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
            return (ulong.Parse(line[name.Length..], NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> SysAdminBit & 1) != 0;
        }
    }

    /// <summary>Starts a program as the first process of new namespaces.</summary>
    /// <param name="program">The program and its arguments.</param>
    /// <param name="given">A descriptor that it gets by the same number.</param>
    /// <param name="errors">A descriptor that it gets as well, instead of standard error: what unshare says there nobody would understand.</param>
    /// <returns>The process id of unshare, which ends as the program does.</returns>
    /// <exception cref="RunException">There is no unshare.</exception>
    public static int Start(IReadOnlyList<string> program, int given, int errors)
    {
        var nothing = Interop.Open("/dev/null", Descriptors.ReadWrite | Descriptors.Hidden);
        var started = Spawn.Start(new SpawnRequest
        {
            Program = Unshare,
            SearchPath = true,
            // A network of a root's own has to belong to a user namespace, see PrivateNetwork.
            Arguments =
            [
                Unshare, .. MayMount ? [] : new[] { "--user", "--map-root-user", "--net" }, "--mount", "--pid", "--fork", "--kill-child", "--", .. program,
            ],
            Given = [(given, given), (errors, errors), (nothing, Descriptors.StandardError)],
            Blocked = ForwardedSignals.All,
        });
        _ = Interop.Close(nothing);
        if (started.IsOk)
            return started.Value;
        throw new RunException($"{Unshare}: {started.Error.Text()}; it is a part of util-linux, which must be installed");
    }

    /// <summary>Why unshare has failed, and which setting would let it succeed.</summary>
    public static string WhyRefused()
    {
        if (MayMount)
            return "the kernel refuses new mount and process namespaces although CAP_SYS_ADMIN is there; a security module forbids it";
        foreach (var (file, forbids, advice) in Settings)
        {
            if (File.Exists(file) && File.ReadAllText(file).Trim() == forbids)
                return $"user namespaces are off here ({file} is {forbids}): as root, {advice}; or run this as root";
        }
        return "this user may not make user namespaces here; in a container that takes --cap-add SYS_ADMIN and --device /dev/fuse "
            + "as root, or --security-opt seccomp=unconfined";
    }
}
