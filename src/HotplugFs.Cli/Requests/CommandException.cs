namespace HotplugFs.Cli.Requests;

/// <summary>A subcommand failed.</summary>
/// <param name="message">The problem, then the fix. Further lines are shown as they are.</param>
internal sealed class CommandException(string message) : Exception(message);
