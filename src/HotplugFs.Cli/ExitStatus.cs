namespace HotplugFs.Cli;

/// <summary>What the program tells its caller.</summary>
internal static class ExitStatus
{
    public const int Ok = 0;

    /// <summary>What was asked for cannot be done.</summary>
    public const int Cannot = 1;

    /// <summary>What was asked for is not understood.</summary>
    public const int BadUsage = 2;
}
