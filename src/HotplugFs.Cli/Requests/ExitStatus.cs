namespace HotplugFs.Cli.Requests;

/// <summary>The exit statuses of the program under its own name.</summary>
internal static class ExitStatus
{
    public const int Success = 0;

    /// <summary>The operation failed.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong.</summary>
    public const int UsageError = 2;
}
