using HotplugFs.Cli.Daemon;

namespace HotplugFs.Cli.Running;

/// <summary>The shell that runs if the user names no command.</summary>
internal static class UserShell
{
    /// <summary>The variable with the user's shell (environ(7)).</summary>
    private const string Variable = "SHELL";

    private const string Default = "/bin/sh";

    /// <summary>
    /// Returns the command, or the user's shell if there is none. A user's shell that cannot be executed, such as nologin's in a service, is
    /// reported like any command.
    /// </summary>
    /// <param name="command">The command's name and its arguments; empty for none.</param>
    public static IReadOnlyList<string> Or(IReadOnlyList<string> command) =>
        command.Count > 0 ? command
        : Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } shell ? [shell]
        : [Default];

    /// <summary>Explains to somebody at a terminal where the shell is.</summary>
    /// <param name="mounted">What is mounted, from the daemon's greeting.</param>
    public static void Greet(string mounted)
    {
        if (Console.IsInputRedirected)
            return;
        using var output = StandardStream.OpenOutput();
        var machine = mounted[..mounted.IndexOf(DaemonReport.IsMountedOn, StringComparison.Ordinal)];
        output.WriteLine($"{machine}: the memory in this shell's /sys is simulated; exit ends it");
        output.WriteLine("  lsmem -a -o +ZONES shows it, hotplugfs plug --node 1 --size 512M adds to it");
    }
}
