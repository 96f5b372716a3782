using HotplugFs.Cli.Commands;

namespace HotplugFs.Cli.Daemon;

/// <summary>The program as the daemon of a mount, as <see cref="Launcher"/> starts it.</summary>
internal static class MachineDaemonProgram
{
    /// <summary>True if the program was called as this.</summary>
    /// <param name="args">The command line without its name.</param>
    public static bool IsCalled(string[] args) => args is [MountCommand.Verb, MountCommand.DaemonOption, ..];

    /// <summary>Runs the program until its mount has gone.</summary>
    /// <param name="args">The command line without its name; whoever launched it may not have read it.</param>
    /// <returns>The exit status.</returns>
    public static int Run(string[] args)
    {
        using var complaint = new StringWriter();
        var status = CommandLine.Run(CommandLine.BuildForDaemon(args), args, TextWriter.Null, complaint, ProgramManners.HotplugFs);
        if (status == ExitStatus.BadUsage)
        {
            using var readiness = new PipeReadiness();
            readiness.NotUnderstood(complaint.ToString());
        }
        return status;
    }
}
