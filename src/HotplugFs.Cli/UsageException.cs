namespace HotplugFs.Cli;

/// <summary>The command line is not understood, which another process that was to read it has found.</summary>
/// <param name="message">What to show, with newlines.</param>
internal sealed class UsageException(string message) : Exception(message);
