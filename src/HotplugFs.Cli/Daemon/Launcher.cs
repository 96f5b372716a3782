using System.Text;
using HotplugFs.Abi;
using HotplugFs.Cli.Native;
using Microsoft.Win32.SafeHandles;

namespace HotplugFs.Cli.Daemon;

/// <summary>Starts this program once more as the daemon of a mount, and waits until the mount answers.</summary>
internal static class Launcher
{
    /// <summary>Where a daemon finds the pipe to whoever started it.</summary>
    public const int ReadyDescriptor = 3;

    /// <summary>Starts a daemon.</summary>
    /// <param name="arguments">Its command line.</param>
    /// <param name="through">The command line of a program that executes what follows there; null for none.</param>
    /// <returns>What it says when the mount answers.</returns>
    /// <exception cref="CommandException">It cannot mount; it has ended, and nothing is mounted.</exception>
    /// <exception cref="UsageException">It does not understand its command line; it has ended, and nothing is mounted.</exception>
    public static string Start(IReadOnlyList<string> arguments, IReadOnlyList<string>? through = null) => StartProcess(arguments, through).Greeting;

    /// <summary>Starts a daemon whose end the caller will wait for.</summary>
    /// <inheritdoc cref="Start"/>
    public static (int Process, string Greeting) StartProcess(IReadOnlyList<string> arguments, IReadOnlyList<string>? through = null)
    {
        string[] command = [.. through ?? [], .. ThisProgram, .. arguments];
        var (reading, writing) = Descriptors.MakePipe();
        using var pipe = new SafeFileHandle(reading, ownsHandle: true);
        var started = Spawn.Start(new SpawnRequest
        {
            Program = command[0],
            Arguments = command,
            SearchPath = through is not null,
            IsDetached = true,
            Given = [(writing, ReadyDescriptor)],
        });
        _ = Interop.Close(writing);
        if (!started.IsOk)
            throw new CommandException($"the daemon cannot be started: {command[0]}: {started.Error.Text()}");
        var answer = ReadToEnd(pipe);
        var text = answer.Length > 0 ? Encoding.UTF8.GetString(answer.AsSpan(1)) : "";
        if (answer is [PipeReadiness.ReadyMark, ..])
            return (started.Value, text);
        var status = Wait(started.Value);
        if (answer is [PipeReadiness.NotUnderstoodMark, ..])
            throw new UsageException(text);
        throw new CommandException(answer.Length > 0 ? text : $"the daemon {status} before the mount answered; mount --foreground shows why");
    }

    /// <summary>Waits until a daemon has ended.</summary>
    /// <param name="process">Its process id.</param>
    public static void WaitForEnd(int process) => _ = Wait(process);

    /// <summary>How this program is started: a native one is its own file, any other is run by the runtime's host.</summary>
    public static string[] ThisProgram
    {
        get
        {
            var program = Environment.ProcessPath ?? throw new CommandException("the path of this program is not known; is /proc mounted?");
            return Path.GetFileName(program) == "dotnet" ? [program, Path.Combine(AppContext.BaseDirectory, "hotplugfs.dll")] : [program];
        }
    }

    private static byte[] ReadToEnd(SafeFileHandle pipe)
    {
        using var stream = new FileStream(pipe, FileAccess.Read, bufferSize: 0);
        using var text = new MemoryStream();
        stream.CopyTo(text);
        return text.ToArray();
    }

    /// <summary>Waits until a process that this one started has ended.</summary>
    /// <param name="process">Its process id.</param>
    public static unsafe WaitStatus Wait(int process)
    {
        int status = 0, ended;
        do
            ended = Interop.WaitPid(process, &status, 0);
        while (ended < 0 && Interop.LastError == Errno.EINTR);
        return new WaitStatus(status);
    }
}
