namespace HotplugFs.Cli.Requests;

/// <summary>
/// The exit statuses of a program that runs a command, as in env(1), timeout(1) and the shell. Any other status is the command's.
/// </summary>
internal static class RunStatus
{
    /// <summary>The command was not run, or the machine failed while it ran.</summary>
    public const int Failed = 125;

    /// <summary>The command is not executable.</summary>
    public const int NotExecutable = 126;

    /// <summary>The command was not found.</summary>
    public const int NotFound = 127;
}
