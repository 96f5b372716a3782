namespace HotplugFs.Cli.Running;

/// <summary>The command that the user wants to run.</summary>
/// <param name="command">The command's name and its arguments.</param>
/// <param name="given">Descriptors to pass on besides the inherited ones, and the number of each in the command.</param>
/// <param name="sysroot">The machine's mount point.</param>
/// <param name="kernel">The name of the simulated kernel.</param>
internal sealed class CommandProcess(
    IReadOnlyList<string> command, IReadOnlyList<(int Descriptor, int Number)> given, string sysroot, string kernel)
{
    private const string Shell = "/bin/sh";

    /// <summary>A program and its arguments that executes the command; empty for none.</summary>
    public IReadOnlyList<string> Through { get; init; } = [];

    /// <summary>Executes the user's program with the inherited streams.</summary>
    /// <returns>The process id.</returns>
    /// <exception cref="CommandException">The command was not found, or is not executable. The exit status distinguishes the two.</exception>
    public int Start()
    {
        if (Through.Count > 0 && FindFile() is null)
            throw new CommandException($"{command[0]}: command not found", RunStatus.NotFound);
        var started = Through.Count > 0 ? Spawn.Start(Request(Through[0], [.. Through, .. command])) : Spawn.Start(Request(command[0], command));
        // Like env(1) and every shell, run a script without an interpreter line with /bin/sh.
        if (!started.IsOk && started.Error == Errno.ENOEXEC && FindFile() is { } script)
            started = Spawn.Start(Request(Shell, [Shell, script, .. command.Skip(1)]));
        if (started.IsOk)
            return started.Value;
        // A directory of PATH that this user may not search gives EACCES, although the command does not exist.
        throw started.Error == Errno.ENOENT || FindFile() is null
            ? new CommandException($"{command[0]}: command not found", RunStatus.NotFound)
            : new CommandException($"{command[0]}: cannot execute: {started.Error.Text()}", RunStatus.NotExecutable);
    }

    private SpawnRequest Request(string program, IReadOnlyList<string> arguments) => new()
    {
        Program = program,
        SearchPath = true,
        Arguments = arguments,
        Given = given,
        Variables = new Dictionary<string, string>
        {
            [MachineDirectory.Variable] = sysroot,
            // systemd's libraries otherwise reject a /sys that is not a sysfs (systemd docs/ENVIRONMENT.md).
            ["SYSTEMD_DEVICE_VERIFY_SYSFS"] = "0",
            // The shells of Debian and Ubuntu show it in their prompt.
            ["debian_chroot"] = $"hotplugfs {kernel}",
        },
    };

    private string? FindFile()
    {
        if (command[0].Contains('/', StringComparison.Ordinal))
            return command[0];
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        return directories.Select(directory => Path.Combine(directory, command[0])).FirstOrDefault(File.Exists);
    }
}
