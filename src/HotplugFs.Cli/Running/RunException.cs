using HotplugFs.Cli.Requests;

namespace HotplugFs.Cli.Running;

/// <summary>A command is not run, or not to its end.</summary>
/// <param name="message">What is wrong and what would be right.</param>
/// <param name="status">The exit status.</param>
internal sealed class RunException(string message, int status = RunStatus.Failed) : Exception(message)
{
    /// <summary>The exit status.</summary>
    public int Status => status;
}
