namespace HotplugFs.Cli.Requests;

/// <summary>A usage error that the daemon reported, because only the daemon parsed the command line.</summary>
/// <param name="message">The lines to show, each with its newline.</param>
internal sealed class UsageException(string message) : Exception(message);
