using HotplugFs.Cli.Daemon;
using HotplugFs.Cli.Signals;

namespace HotplugFs.Cli.Running;

/// <summary>
/// A process in a user namespace of its own, and in a network namespace that belongs to it. The user namespace has the same ids as this
/// process's, but no rights over this process, the daemon and the mounts that are made outside it (docs/kernels.md, "Keeping a command from
/// the host's files").
/// </summary>
/// <remarks>
/// Only a process with a single thread can enter a user namespace, so unshare(1) does. A process that executes a program before its user has
/// an id in the namespace loses its capabilities, so a shell waits for the ids.
/// </remarks>
internal sealed class CommandNamespaces : IDisposable
{
    /// <summary>The shell reads its process id from /proc, which may belong to an outer process id namespace.</summary>
    private const string WaitForIds = "read -r id _ < /proc/self/stat && echo \"$id\" && read -r _ && exec \"$@\"";

    private const int IdDigits = 16;

    private readonly int _input;
    private readonly int? _network;

    private CommandNamespaces(int process, int input, int? network)
    {
        Process = process;
        _input = input;
        _network = network;
    }

    /// <summary>The process id.</summary>
    public int Process { get; }

    /// <summary>Creates the namespaces in copies of this thread's mount namespace.</summary>
    /// <param name="program">The program that <see cref="Execute"/> executes, and its arguments.</param>
    /// <param name="given">Descriptors that the program inherits under the same numbers.</param>
    /// <param name="withNetwork">True to create a network namespace; false to keep this thread's.</param>
    /// <param name="reason">Why the kernel refused the namespaces.</param>
    /// <returns>Null if the kernel refused them.</returns>
    public static CommandNamespaces? TryCreate(
        IReadOnlyList<string> program, IReadOnlyList<int> given, bool withNetwork, out string reason)
    {
        var (input, output) = (Pipe.Create(), Pipe.Create());
        var started = Spawn.Start(new SpawnRequest
        {
            Program = "unshare",
            SearchPath = true,
            Arguments =
            [
                "unshare", "--user", .. withNetwork ? ["--net"] : Array.Empty<string>(), "--", "/bin/sh", "-c", WaitForIds, "sh", .. program,
            ],
            Given = [(input.Reading, 0), (output.Writing, 1), .. given.Select(descriptor => (descriptor, descriptor))],
            Blocked = ForwardedSignals.All,
        });
        _ = Unistd.Close(input.Reading);
        _ = Unistd.Close(output.Writing);
        var process = "";
        reason = started.IsOk ? GiveIds(output.Reading, out process) : $"unshare: {started.Error.Text()}; install util-linux";
        _ = Unistd.Close(output.Reading);
        if (reason.Length == 0)
            return new CommandNamespaces(started.Value, input.Writing, withNetwork ? Open($"{process}/ns/net") : null);
        _ = Unistd.Close(input.Writing);
        return null;
    }

    /// <summary>Moves this thread to the network namespace.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public Result EnterNetwork() => Sched.SetNs(_network ?? throw new InvalidOperationException("no network namespace"), Sched.CLONE_NEWNET);

    /// <summary>Executes the program.</summary>
    public void Execute() => _ = Unistd.Write(_input, "\n"u8);

    public void Dispose()
    {
        _ = Unistd.Close(_input);
        if (_network is { } network)
            _ = Unistd.Close(network);
    }

    /// <returns>Why that failed; empty if it did not.</returns>
    private static string GiveIds(int output, out string process)
    {
        Span<byte> line = stackalloc byte[IdDigits];
        process = "";
        if (Unistd.Read(output, line) is not { IsOk: true, Value: > 1 and var length })
            return Namespaces.WhyNoUserNamespace() ?? "the kernel refuses it; a chroot, a seccomp profile or a security module may be the reason";
        process = $"/proc/{Encoding.ASCII.GetString(line[..(length - 1)])}";
        return CopyIds(process, "uid_map").Failed(out var error) || CopyIds(process, "gid_map").Failed(out error)
            ? $"cannot map its users: {error.Text()}; this requires CAP_SETUID, CAP_SETGID and CAP_SETFCAP"
            : "";
    }

    /// <summary>Gives the namespace all ids of this process's namespace, each under the same number.</summary>
    private static Result CopyIds(string process, string file)
    {
        var map = new StringBuilder();
        foreach (var line in File.ReadLines("/proc/self/" + file))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var first, _, var count])
                map.Append(CultureInfo.InvariantCulture, $"{first} {first} {count}\n");
        }
        var opened = Fcntl.Open($"{process}/{file}", Fcntl.O_WRONLY | Fcntl.O_CLOEXEC);
        if (!opened.IsOk)
            return opened.Error;
        var written = Unistd.Write(opened.Value, Encoding.ASCII.GetBytes(map.ToString()));
        _ = Unistd.Close(opened.Value);
        return written.IsOk ? Result.Ok : written.Error;
    }

    private static int Open(string path)
    {
        var opened = Fcntl.Open(path, Fcntl.O_RDONLY | Fcntl.O_CLOEXEC);
        return opened.IsOk ? opened.Value : throw new CommandException($"{path}: {opened.Error.Text()}");
    }
}
