namespace HotplugFs.Cli.Mounting;

/// <summary>What mount(8) expects to be told, see its section on the exit status.</summary>
internal static class HelperStatus
{
    /// <summary>Incorrect invocation.</summary>
    public const int BadUsage = 1;

    /// <summary>Mount failure.</summary>
    public const int Failed = 32;
}
