namespace HotplugFs.Cli.Requests;

/// <summary>How this program is started once more.</summary>
internal static class ThisProgram
{
    /// <summary>
    /// The command line that starts this program: its own file if it is native, else the runtime's host and the assembly.
    /// </summary>
    /// <exception cref="CommandException">/proc is not mounted.</exception>
    public static string[] Command
    {
        get
        {
            // The runtime may know the path without /proc, but neither a daemon nor a namespace can do without it.
            if (!Directory.Exists("/proc/self") || Environment.ProcessPath is not { } program)
                throw new CommandException("there is no /proc/self; mount /proc (mount -t proc proc /proc)");
            return Path.GetFileName(program) == "dotnet" ? [program, Path.Combine(AppContext.BaseDirectory, "hotplugfs.dll")] : [program];
        }
    }
}
