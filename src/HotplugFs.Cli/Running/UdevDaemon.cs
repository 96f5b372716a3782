namespace HotplugFs.Cli.Running;

/// <summary>A private systemd-udevd that has the user's rules and no others.</summary>
internal sealed class UdevDaemon : IDisposable
{
    private const string Runtime = "/run/udev";
    private const string RulesDirectory = Runtime + "/rules.d";
    private const int SettleTimeoutSeconds = 60;

    private static readonly string[] Programs = ["/usr/lib/systemd/systemd-udevd", "/lib/systemd/systemd-udevd", "/sbin/udevd"];

    /// <summary>The directories of other rules, which were not written for the simulated machine.</summary>
    private static readonly string[] OtherRules = ["/usr/lib/udev/rules.d", "/usr/local/lib/udev/rules.d", "/etc/udev/rules.d"];

    private static readonly Dictionary<string, string> Variables = new()
    {
        ["SYSTEMD_DEVICE_VERIFY_SYSFS"] = "0",
        ["SYSTEMD_LOG_TARGET"] = "console",
        ["SYSTEMD_LOG_COLOR"] = "0",
    };

    private readonly int _process;
    private readonly UdevReadiness _output;

    private UdevDaemon(int process, UdevReadiness output) => (_process, _output) = (process, output);

    /// <summary>Returns the path of systemd-udevd, or null if it is not installed.</summary>
    public static string? Find() => Programs.FirstOrDefault(File.Exists);

    /// <summary>Starts systemd-udevd in the namespaces of this thread, and returns when it listens for uevents.</summary>
    /// <param name="rules">A rules file, or a directory of such files.</param>
    /// <param name="sysroot">The machine's mount point, which must not be covered.</param>
    /// <param name="errors">The descriptor to which it writes what it complains about.</param>
    /// <exception cref="CommandException">systemd-udevd is not installed, does not start, or rejects the rules.</exception>
    public static UdevDaemon Start(string rules, string sysroot, int errors)
    {
        var program = Find()
            ?? throw new CommandException("--udev requires systemd-udevd, which is not installed (Debian: apt install udev)");
        Install(UdevRules.Read(rules), sysroot);
        var readiness = UdevReadiness.Create();
        var started = Spawn.Start(new SpawnRequest
        {
            Program = program,
            Arguments = ["systemd-udevd"],
            IsDetached = true,
            Given = [(readiness.Output, 1), (readiness.Output, 2)],
            Variables = new Dictionary<string, string>(Variables) { [UdevReadiness.Variable] = readiness.Address },
        });
        if (!started.IsOk)
            throw new CommandException($"{program}: {started.Error.Text()}");
        var (isReady, text) = readiness.Wait();
        if (!isReady)
            throw new CommandException($"systemd-udevd does not start: {Lines(text).LastOrDefault() ?? "it printed nothing"}");
        if (RuleErrors(text) is { Length: > 0 } wrong)
            throw new CommandException($"--udev {rules}: systemd-udevd rejects the rules: {string.Join("; ", wrong)}");
        readiness.ForwardTo(errors);
        return new UdevDaemon(started.Value, readiness);
    }

    /// <summary>Waits until all uevents have been handled.</summary>
    /// <exception cref="CommandException">That takes longer than a minute.</exception>
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
        if (!started.IsOk || SysWait.WaitForExit(started.Value).ExitStatus != 0)
            throw new CommandException($"udev did not handle all uevents within {SettleTimeoutSeconds} s after the command exited");
    }

    /// <summary>Ends the daemon, and returns when all that it wrote has been forwarded.</summary>
    public void Dispose()
    {
        _ = Signal.Kill(_process, Signal.SIGTERM);
        _ = SysWait.WaitForExit(_process);
        _output.Dispose();
    }

    /// <summary>Installs the rules where udev looks for them, on private file systems.</summary>
    private static void Install(UdevRules rules, string sysroot)
    {
        var cover = Directory.Exists(Runtime) ? Runtime : "/run";
        if (sysroot.StartsWith(cover + "/", StringComparison.Ordinal))
            throw new CommandException($"--udev mounts over {cover}, which holds the machine; set TMPDIR to another directory");
        foreach (var directory in OtherRules.Where(Directory.Exists).Append(cover))
            MountEmpty(directory);
        Directory.CreateDirectory(RulesDirectory);
        foreach (var (name, text) in rules.Files)
            File.WriteAllBytes(Path.Combine(RulesDirectory, name), text);
    }

    private static void MountEmpty(string directory)
    {
        var mounted = SysMount.Mount("tmpfs", directory, "tmpfs", 0, "mode=755");
        if (!mounted.IsOk)
            throw new CommandException($"cannot mount over {directory}: {mounted.Error.Text()}");
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Returns the lines that begin with the path of a rules file, without its directory.</summary>
    private static string[] RuleErrors(string text) =>
        [.. Lines(text).Where(line => line.StartsWith(RulesDirectory + "/", StringComparison.Ordinal))
            .Select(line => line[(RulesDirectory.Length + 1)..])];
}
