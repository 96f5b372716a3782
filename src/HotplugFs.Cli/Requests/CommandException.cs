namespace HotplugFs.Cli.Requests;

/// <summary>A subcommand failed.</summary>
/// <param name="message">The problem, then the fix. Further lines are shown as they are.</param>
/// <param name="status">The exit status; null for the program's usual status after a failure.</param>
internal sealed class CommandException(string message, int? status = null) : Exception(message)
{
    /// <summary>The exit status; null for the program's usual status after a failure.</summary>
    public int? Status => status;
}
