namespace HotplugFs.Cli.Requests;

/// <summary>The program's name and exit statuses, which depend on who calls it: a user, or mount(8).</summary>
/// <param name="Name">The name that begins every error message.</param>
/// <param name="UsageError">The exit status after a usage error.</param>
/// <param name="Failure">The exit status if the operation failed.</param>
internal sealed record ProgramIdentity(string Name, int UsageError, int Failure)
{
    /// <summary>True to report all usage errors in one line.</summary>
    public bool HasOneLineErrors { get; init; }

    /// <summary>The identity for users.</summary>
    public static ProgramIdentity HotplugFs { get; } = new("hotplugfs", ExitStatus.UsageError, ExitStatus.Failure);
}
