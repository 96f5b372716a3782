namespace HotplugFs.Cli.Running;

/// <summary>Exit statuses of a program that runs another one: those of env(1), timeout(1) and the shell; any other is the command's own.</summary>
internal static class RunStatus
{
    /// <summary>The command was not run, or the machine went away under it.</summary>
    public const int Failed = 125;

    /// <summary>The command cannot be executed.</summary>
    public const int NotExecutable = 126;

    /// <summary>There is no such command.</summary>
    public const int NotFound = 127;
}
