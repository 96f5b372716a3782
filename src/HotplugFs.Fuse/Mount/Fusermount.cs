using System.Diagnostics;
using HotplugFs.Linux;
using static HotplugFs.Linux.SysSocket;

namespace HotplugFs.Fuse.Mount;

/// <summary>
/// Mounts and unmounts with fusermount3, the set-uid program that does so for ordinary users. It opens the device and passes the descriptor
/// through a socket, whose number is in the environment variable _FUSE_COMMFD.
/// </summary>
internal static class Fusermount
{
    private const string SocketVariable = "_FUSE_COMMFD";
    private const string NotInstalled = "is not installed; run as root, or install it (Debian: apt install fuse3)";

    internal static bool IsInstalled(string program) => FindProgram(program) is not null;

    /// <summary>Mounts on a directory.</summary>
    /// <exception cref="FuseException">The program is not installed or failed.</exception>
    internal static DescriptorHandle Mount(string directory, string options, string program)
    {
        var (ours, theirs) = MakeSockets();
        try
        {
            using var process = Start(program, theirs, "-o", options, "--", directory);
            // While this process holds a copy of the other end, reading would never reach the end.
            Unistd.Close(theirs);
            theirs = -1;
            var handle = ReceiveDescriptor(ours);
            var message = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            if (handle is not null && process.ExitCode == 0)
                return handle;
            handle?.Dispose();
            throw new FuseException($"{directory}: {OneLine(message, $"{program} failed")}{Hint(message)}");
        }
        finally
        {
            Unistd.Close(ours);
            if (theirs >= 0)
                Unistd.Close(theirs);
        }
    }

    /// <summary>Unmounts a directory.</summary>
    /// <exception cref="FuseException">The program is not installed or failed.</exception>
    internal static void Unmount(string directory, bool lazy, string program)
    {
        string[] arguments = lazy ? ["-u", "-z", "--", directory] : ["-u", "--", directory];
        using var process = Start(program, socket: null, arguments);
        var message = process.StandardError.ReadToEnd().Trim();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new FuseException($"{directory}: {OneLine(message, $"{program} failed")}");
    }

    private static (int Ours, int Theirs) MakeSockets()
    {
        if (!SocketPair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC).TryGet(out var pair, out var error))
            throw new FuseException($"cannot make a socket for fusermount3: {error.Text()}");
        // fusermount3 must inherit its end, so Dup copies it without close-on-exec, for a short time only.
        var isDuplicated = Unistd.Dup(pair.Second).TryGet(out var theirs, out error);
        Unistd.Close(pair.Second);
        if (isDuplicated)
            return (pair.First, theirs);
        Unistd.Close(pair.First);
        throw new FuseException($"cannot make a socket for fusermount3: {error.Text()}");
    }

    private static Process Start(string program, int? socket, params ReadOnlySpan<string> arguments)
    {
        var path = FindProgram(program) ?? throw new FuseException($"{program} {NotInstalled}");
        var start = new ProcessStartInfo(path) { RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        if (socket is { } number)
            start.Environment[SocketVariable] = number.ToString(CultureInfo.InvariantCulture);
        return Process.Start(start) ?? throw new FuseException($"{program} could not be started");
    }

    private static string? FindProgram(string program)
    {
        if (program.Contains('/'))
            return File.Exists(program) ? program : null;
        // The PATH of ordinary users often lacks the directories of system programs.
        var directories = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin";
        return directories.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists);
    }

    private static string OneLine(string message, string otherwise) =>
        message.Length == 0 ? otherwise : message.ReplaceLineEndings("; ");

    private static string Hint(string message) =>
        message.Contains("Operation not permitted", StringComparison.Ordinal)
            ? "; in a container start it with --device /dev/fuse --cap-add SYS_ADMIN"
            : "";
}
