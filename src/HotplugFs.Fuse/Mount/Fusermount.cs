using System.Diagnostics;
using System.Globalization;
using HotplugFs.Abi;
using HotplugFs.Fuse.Device;

namespace HotplugFs.Fuse.Mount;

/// <summary>
/// Mounts and unmounts by fusermount3, the set-uid program that does so for users who may not. It opens the device itself and
/// hands the descriptor over through a socket whose number it finds in its environment.
/// </summary>
internal static class Fusermount
{
    private const string SocketVariable = "_FUSE_COMMFD";
    private const int UnixDomain = 1;
    private const int StreamCloseOnExec = 1 | 0x80000;
    private const int SocketLevel = 1;
    private const int RightsType = 1;
    private const int ReceiveCloseOnExec = 0x40000000;

    private const string NotInstalled = "is not installed; run as root, or install it (Debian: apt install fuse3)";

    internal static bool IsInstalled(string program) => FindProgram(program) is not null;

    /// <summary>Mounts.</summary>
    /// <exception cref="FuseException">The program is missing or refuses.</exception>
    internal static FuseDeviceHandle Mount(string directory, string options, string program)
    {
        var (ours, theirs) = MakeSockets();
        try
        {
            using var process = Start(program, theirs, "-o", options, "--", directory);
            // With our copy of its end open, the other end would never close.
            Interop.Close(theirs);
            theirs = -1;
            var handle = ReceiveHandle(ours);
            var complaint = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            if (handle is not null && process.ExitCode == 0)
                return handle;
            handle?.Dispose();
            throw new FuseException($"{directory}: {OneLine(complaint, $"{program} failed")}{Hint(complaint)}");
        }
        finally
        {
            Interop.Close(ours);
            if (theirs >= 0)
                Interop.Close(theirs);
        }
    }

    /// <summary>Unmounts.</summary>
    /// <exception cref="FuseException">The program is missing or refuses.</exception>
    internal static void Unmount(string directory, bool lazy, string program)
    {
        string[] arguments = lazy ? ["-u", "-z", "--", directory] : ["-u", "--", directory];
        using var process = Start(program, socket: null, arguments);
        var complaint = process.StandardError.ReadToEnd().Trim();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new FuseException($"{directory}: {OneLine(complaint, $"{program} failed")}");
    }

    private static (int Ours, int Theirs) MakeSockets()
    {
        Span<int> pair = stackalloc int[2];
        unsafe
        {
            fixed (int* start = pair)
            {
                if (Interop.SocketPair(UnixDomain, StreamCloseOnExec, 0, start) != 0)
                    throw new FuseException($"no socket for fusermount3: {Interop.LastError.Text()}");
            }
        }
        // A copy is without close-on-exec, which the program needs and no other should see.
        var theirs = Interop.Dup(pair[1]);
        var error = Interop.LastError;
        Interop.Close(pair[1]);
        if (theirs >= 0)
            return (pair[0], theirs);
        Interop.Close(pair[0]);
        throw new FuseException($"no socket for fusermount3: {error.Text()}");
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

    private static unsafe FuseDeviceHandle? ReceiveHandle(int socket)
    {
        byte data;
        HandleMessage control = default;
        var vector = new IoVector { Base = &data, Length = 1 };
        var message = new MessageHeader
        {
            Vectors = &vector,
            VectorCount = 1,
            Control = &control,
            ControlLength = (nuint)sizeof(HandleMessage),
        };
        nint count;
        do
            count = Interop.RecvMsg(socket, &message, ReceiveCloseOnExec);
        while (count < 0 && Interop.LastError == Errno.EINTR);
        var hasHandle = count > 0 && message.ControlLength >= (nuint)(sizeof(HandleMessage) - sizeof(int))
            && control is { Level: SocketLevel, Type: RightsType };
        return hasHandle ? new FuseDeviceHandle(control.Handle) : null;
    }

    private static string? FindProgram(string program)
    {
        if (program.Contains('/'))
            return File.Exists(program) ? program : null;
        // Users' paths often lack the directories of system programs.
        var directories = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin";
        return directories.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists);
    }

    private static string OneLine(string complaint, string otherwise) =>
        complaint.Length == 0 ? otherwise : complaint.ReplaceLineEndings("; ");

    private static string Hint(string complaint) =>
        complaint.Contains("Operation not permitted", StringComparison.Ordinal)
            ? "; in a container start it with --device /dev/fuse --cap-add SYS_ADMIN"
            : "";
}
