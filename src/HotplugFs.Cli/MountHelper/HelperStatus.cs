namespace HotplugFs.Cli.MountHelper;

/// <summary>The exit statuses that mount(8) expects, see its section "EXIT STATUS".</summary>
internal static class HelperStatus
{
    /// <summary>Incorrect invocation.</summary>
    public const int UsageError = 1;

    /// <summary>Mount failure.</summary>
    public const int Failure = 32;
}
