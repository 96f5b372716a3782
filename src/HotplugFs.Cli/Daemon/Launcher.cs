using HotplugFs.Cli.Signals;
using Microsoft.Win32.SafeHandles;

namespace HotplugFs.Cli.Daemon;

/// <summary>Starts this program again as the daemon of a mount, and waits until the mount answers.</summary>
internal static class Launcher
{
    /// <summary>The descriptor on which a daemon finds the pipe to its launcher.</summary>
    public const int ReadyDescriptor = 3;

    /// <summary>Starts a daemon from a command line that only the daemon parses.</summary>
    /// <param name="arguments">The daemon's arguments.</param>
    /// <returns>The daemon's process id and its greeting.</returns>
    /// <exception cref="CommandException">The mount failed. The daemon has exited, and nothing is mounted.</exception>
    /// <exception cref="UsageException">The daemon found a usage error. It has exited, and nothing is mounted.</exception>
    public static (int Process, string Greeting) Start(IReadOnlyList<string> arguments) => StartProcess(arguments, [], []);

    /// <summary>Starts a daemon.</summary>
    /// <param name="through">The command line of a program that executes the daemon, such as nsenter(1); null for none.</param>
    /// <param name="keepsStandardError">True if the daemon inherits standard error and reports problems there; false for /dev/null.</param>
    /// <returns>The daemon's process id, which the caller may wait for, and its greeting.</returns>
    /// <exception cref="CommandException">The mount failed. The daemon has exited, and nothing is mounted.</exception>
    public static (int Process, string Greeting) Start(
        MountRequest request, IReadOnlyList<string>? through = null, bool keepsStandardError = false)
    {
        var copy = keepsStandardError ? Fcntl.DupCloseOnExec(Unistd.STDERR_FILENO, ReadyDescriptor + 1) : Errno.EBADF;
        try
        {
            return StartProcess(DaemonArguments.Of(request), through ?? [], copy.IsOk ? [(copy.Value, Unistd.STDERR_FILENO)] : []);
        }
        finally
        {
            if (copy.IsOk)
                _ = Unistd.Close(copy.Value);
        }
    }

    /// <summary>Writes a daemon's greeting, or ends the daemon, because a failed subcommand leaves nothing mounted.</summary>
    /// <exception cref="CommandException">The greeting cannot be written. The daemon has exited, and nothing is mounted.</exception>
    public static void Greet(int process, string greeting, TextWriter output)
    {
        try
        {
            output.Write(greeting);
        }
        catch (CommandException)
        {
            _ = Signal.Kill(process, Signal.SIGTERM);
            WaitForEnd(process);
            throw;
        }
    }

    /// <summary>Waits until a daemon has exited.</summary>
    public static void WaitForEnd(int process) => _ = SysWait.WaitForExit(process);

    private static (int Process, string Greeting) StartProcess(
        IReadOnlyList<string> arguments, IReadOnlyList<string> through, IReadOnlyList<(int Descriptor, int Number)> given)
    {
        string[] command = [.. through, .. ThisProgram.Command, .. arguments];
        var (reading, writing) = Pipe.Create();
        using var pipe = new SafeFileHandle(reading, ownsHandle: true);
        var started = Spawn.Start(new SpawnRequest
        {
            Program = command[0],
            Arguments = command,
            SearchPath = through.Count > 0,
            IsDetached = true,
            Blocked = SignalThread.Ending,
            Given = [(writing, ReadyDescriptor), .. given],
        });
        _ = Unistd.Close(writing);
        if (!started.IsOk)
            throw new CommandException($"cannot start the daemon: {command[0]}: {started.Error.Text()}");
        var answer = ReadToEnd(pipe);
        var text = answer.Length > 0 ? Encoding.UTF8.GetString(answer.AsSpan(1)) : "";
        if (answer is [PipeReadiness.ReadyMark, ..])
            return (started.Value, text);
        var status = SysWait.WaitForExit(started.Value);
        if (answer is [PipeReadiness.UsageErrorMark, ..])
            throw new UsageException(text);
        throw new CommandException(
            answer.Length > 0 ? text : $"the daemon {status} before the mount answered; mount --foreground shows why");
    }

    private static byte[] ReadToEnd(SafeFileHandle pipe)
    {
        using var stream = new FileStream(pipe, FileAccess.Read, bufferSize: 0);
        using var text = new MemoryStream();
        stream.CopyTo(text);
        return text.ToArray();
    }
}
