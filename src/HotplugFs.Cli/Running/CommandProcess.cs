using HotplugFs.Abi;
using HotplugFs.Cli.Native;
using HotplugFs.Cli.Options;
using HotplugFs.Cli.Requests;

namespace HotplugFs.Cli.Running;

/// <summary>The command that the user wants to run.</summary>
/// <param name="command">Its name and arguments.</param>
/// <param name="errors">The descriptor of its standard error.</param>
/// <param name="sysroot">Where the whole machine is mounted.</param>
internal sealed class CommandProcess(IReadOnlyList<string> command, int errors, string sysroot)
{
    private const string Shell = "/bin/sh";

    /// <summary>Starts it.</summary>
    /// <returns>Its process id.</returns>
    /// <exception cref="RunException">It cannot be executed.</exception>
    public int Start()
    {
        Descriptors.Hide(errors);
        var started = Spawn.Start(Request(command[0], command));
        // A script without a first line that names its interpreter is the shell's, as for env(1) and every shell.
        if (!started.IsOk && started.Error == Errno.ENOEXEC && FindFile() is { } script)
            started = Spawn.Start(Request(Shell, [Shell, script, .. command.Skip(1)]));
        if (started.IsOk)
            return started.Value;
        // A directory of PATH that may not be searched is EACCES, although the command is nowhere.
        throw started.Error == Errno.ENOENT || FindFile() is null
            ? new RunException($"{command[0]}: no such command", RunStatus.NotFound)
            : new RunException($"{command[0]}: cannot be executed: {started.Error.Text()}", RunStatus.NotExecutable);
    }

    private SpawnRequest Request(string program, IReadOnlyList<string> arguments) => new()
    {
        Program = program,
        SearchPath = true,
        Arguments = arguments,
        Given = [(errors, Descriptors.StandardError)],
        Variables = new Dictionary<string, string>
        {
            [MachineDirectory.Variable] = sysroot,
            // systemd's libraries look at the file system's type before they believe a sysfs (systemd docs/ENVIRONMENT.md).
            ["SYSTEMD_DEVICE_VERIFY_SYSFS"] = "0",
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
