using System.ComponentModel;

namespace HotplugFs.Cli.Requests;

/// <summary>
/// The exceptions by which the runtime reports that the system refused memory, a thread, a descriptor or a file. They are no internal
/// errors: the user is shown the reason, not the place in the program.
/// </summary>
internal static class SystemFailure
{
    /// <summary>Returns whether the system has failed, not the program.</summary>
    public static bool Is(Exception problem) =>
        problem is IOException or UnauthorizedAccessException or OutOfMemoryException or ThreadStartException or Win32Exception;

    /// <summary>Returns the reason in one line.</summary>
    public static string Describe(Exception problem) => problem switch
    {
        OutOfMemoryException or ThreadStartException =>
            "out of memory, or too many processes (see ulimit -a, and the limits memory and pids of the cgroup)",
        // The runtime passes on the numbers of errors for which it has no type, and then adds the path to the message.
        IOException when Enum.IsDefined((Errno)problem.HResult) => ((Errno)problem.HResult).Text(),
        _ => problem.Message.ReplaceLineEndings(" "),
    };
}
