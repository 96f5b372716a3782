using HotplugFs.Cli.Daemon;

namespace HotplugFs.Cli;

/// <summary>The program as the daemon of a mount, started by <see cref="Launcher"/>.</summary>
internal static class DaemonProgram
{
    /// <summary>True if the command line starts the daemon.</summary>
    /// <param name="args">The command line without the program's name.</param>
    public static bool IsCalled(string[] args) => args is [SubcommandNames.Mount, OptionNames.Daemon, ..];

    /// <summary>Runs the daemon until its mount is removed.</summary>
    /// <param name="args">The command line without the program's name. The launcher may have passed it on unparsed.</param>
    /// <returns>The exit status.</returns>
    public static int Run(string[] args)
    {
        using var error = new StringWriter();
        var status = CommandLine.Run(CommandLine.BuildForDaemon(args), args, TextWriter.Null, error, ProgramIdentity.HotplugFs);
        if (status == ExitStatus.UsageError)
        {
            using var readiness = new PipeReadiness();
            readiness.ReportUsageError(error.ToString());
        }
        return status;
    }
}
