using System.Text;
using HotplugFs.Abi;
using HotplugFs.Cli.Daemon;
using HotplugFs.Cli.Native;

namespace HotplugFs.Cli.Running;

/// <summary>A systemd-udevd of the command's own, with the user's rules and no others.</summary>
internal sealed class UdevDaemon
{
    private const string Runtime = "/run/udev";
    private const string RulesDirectory = Runtime + "/rules.d";
    private const int SettleTimeoutSeconds = 60;

    private static readonly string[] Programs = ["/usr/lib/systemd/systemd-udevd", "/lib/systemd/systemd-udevd", "/sbin/udevd"];

    /// <summary>Where distributions and administrators put rules, which would act on a machine that they are not for.</summary>
    private static readonly string[] OtherRules = ["/usr/lib/udev/rules.d", "/usr/local/lib/udev/rules.d", "/etc/udev/rules.d"];

    private static readonly Dictionary<string, string> Variables = new()
    {
        ["SYSTEMD_DEVICE_VERIFY_SYSFS"] = "0",
        ["SYSTEMD_LOG_TARGET"] = "console",
        ["SYSTEMD_LOG_COLOR"] = "0",
    };

    private UdevDaemon()
    {
    }

    /// <summary>Starts it, in the namespaces of this thread, and returns when it listens for uevents.</summary>
    /// <param name="rules">A file with rules or a directory of such files.</param>
    /// <param name="sysroot">Where the whole machine is mounted, which must stay in sight.</param>
    /// <exception cref="RunException">It is not installed, does not start, or does not understand the rules.</exception>
    public static UdevDaemon Start(string rules, string sysroot)
    {
        var program = Programs.FirstOrDefault(File.Exists)
            ?? throw new RunException("--udev takes systemd-udevd, which is not installed here (Debian: apt install udev)");
        Install(UdevRules.Read(rules), sysroot);
        using var readiness = UdevReadiness.Create();
        var started = Spawn.Start(new SpawnRequest
        {
            Program = program,
            Arguments = ["systemd-udevd"],
            IsDetached = true,
            Given = [(readiness.Output, 1), (readiness.Output, 2)],
            Variables = new Dictionary<string, string>(Variables) { [UdevReadiness.Variable] = readiness.Address },
        });
        if (!started.IsOk)
            throw new RunException($"{program}: {started.Error.Text()}");
        var (isReady, said) = readiness.Wait();
        if (!isReady)
            throw new RunException($"systemd-udevd does not start: {Lines(said).LastOrDefault() ?? "it says nothing"}");
        if (Complaints(said) is { Length: > 0 } complaints)
            throw new RunException($"--udev {rules}: systemd-udevd does not understand the rules: {string.Join("; ", complaints)}");
        return new UdevDaemon();
    }

    /// <summary>Waits until what has happened to the machine has been handled.</summary>
    public void Settle()
    {
        var started = Spawn.Start(new SpawnRequest
        {
            Program = "udevadm",
            SearchPath = true,
            IsDetached = true,
            Arguments = ["udevadm", "settle", $"--timeout={SettleTimeoutSeconds}"],
            Variables = Variables,
        });
        if (!started.IsOk || Launcher.Wait(started.Value).ExitStatus != 0)
            throw new RunException($"udev has not handled everything within {SettleTimeoutSeconds} s after the command's end");
    }

    /// <summary>Puts the rules where udev looks, on file systems of the command's own.</summary>
    private static void Install(UdevRules rules, string sysroot)
    {
        var cover = Directory.Exists(Runtime) ? Runtime : "/run";
        if (sysroot.StartsWith(cover + "/", StringComparison.Ordinal))
            throw new RunException($"--udev takes {cover} for itself, where the machine is mounted; set TMPDIR to a directory elsewhere");
        foreach (var directory in OtherRules.Where(Directory.Exists).Append(cover))
            MountEmpty(directory);
        Directory.CreateDirectory(RulesDirectory);
        foreach (var (name, text) in rules.Files)
            File.WriteAllBytes(Path.Combine(RulesDirectory, name), text);
    }

    private static void MountEmpty(string directory)
    {
        if (Interop.Mount("tmpfs", directory, "tmpfs", 0, "mode=755") != 0)
        {
            throw new RunException(
                $"{directory} cannot be covered: {Interop.LastError.Text()}");
        }
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Lines that begin with a rules file and a line number, without the directory.</summary>
    private static string[] Complaints(string said) =>
        [.. Lines(said).Where(line => line.StartsWith(RulesDirectory, StringComparison.Ordinal)).Select(line => line[(RulesDirectory.Length + 1)..])];
}
