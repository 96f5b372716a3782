namespace HotplugFs.Cli;

/// <summary>A verb cannot be done.</summary>
/// <param name="message">What is wrong and what would be right; further lines are shown as they are.</param>
internal sealed class CommandException(string message) : Exception(message);
