using HotplugFs.Cli.Daemon;
using HotplugFs.Cli.Signals;

namespace HotplugFs.Cli.Running;

/// <summary>
/// The process that the user started. It stays outside the namespaces, forwards signals, waits, and removes the only thing that exists
/// outside them: an empty directory.
/// </summary>
/// <param name="arguments">The command line of this process, which <see cref="NamespaceInit"/> parses.</param>
/// <param name="error">Standard error.</param>
internal sealed class RunSupervisor(string[] arguments, TextWriter error)
{
    /// <summary>The first descriptor that this process uses itself. The user may have opened lower ones for the command.</summary>
    private const int FirstOwnDescriptor = 20;

    /// <summary>Directories for the mount point, in the order in which they are tried. A container may have a read-only root.</summary>
    private static readonly string[] Parents = ["/tmp", "/dev/shm", "/run"];

    private const uint DirectoryMode = 0b111_111_111;

    private bool _hasStarted;
    private int? _status;

    /// <summary>Runs the command.</summary>
    /// <returns>The command's exit status.</returns>
    /// <exception cref="CommandException">The command was not run.</exception>
    public int Run()
    {
        var directory = CreateDirectory();
        var (outside, inside) = RunChannel.Create();
        using (outside)
        {
            try
            {
                SignalThread.Start(ForwardedSignals.All, signal =>
                    outside.Send(RunMessageKind.Signal, signal.ToString(CultureInfo.InvariantCulture)));
                var unshare = Start(directory, inside);
                while (outside.Receive() is { } message)
                    Take(message);
                _ = SysWait.WaitForExit(unshare);
                return Conclude();
            }
            finally
            {
                RemoveDirectory(directory);
            }
        }
    }

    private int Start(string directory, RunChannel inside)
    {
        using (inside)
        {
            var errors = Fcntl.DupCloseOnExec(Unistd.STDERR_FILENO, FirstOwnDescriptor);
            // EINVAL: the limit of descriptors is lower (ulimit -n).
            if (!errors.IsOk && errors.Error == Errno.EINVAL)
                errors = Fcntl.DupCloseOnExec(Unistd.STDERR_FILENO, Unistd.STDERR_FILENO + 1);
            if (!errors.IsOk)
                throw new CommandException($"cannot duplicate standard error: {errors.Error.Text()}");
            var given = new InitArguments(inside.Descriptor, errors.Value, directory, NetworkNamespace.Current);
            var init = InitArguments.Insert(arguments, given);
            try
            {
                return Namespaces.Start([.. ThisProgram.Command, .. init], inside.Descriptor, errors.Value);
            }
            finally
            {
                _ = Unistd.Close(errors.Value);
            }
        }
    }

    private void Take(RunMessage message)
    {
        switch (message.Kind)
        {
            case RunMessageKind.Started:
                _hasStarted = true;
                break;
            case RunMessageKind.Ended:
                _status = int.Parse(message.Text, CultureInfo.InvariantCulture);
                break;
            case RunMessageKind.Problem:
                error.WriteLine($"hotplugfs: {message.Text}");
                break;
        }
    }

    private int Conclude()
    {
        if (!_hasStarted)
            throw new CommandException($"cannot create namespaces: {Namespaces.WhyRefused()}");
        return _status ?? throw new CommandException("the init process of the namespaces was killed, and the command with it");
    }

    private static string CreateDirectory()
    {
        var refused = "";
        var chosen = Environment.GetEnvironmentVariable("TMPDIR");
        foreach (var parent in string.IsNullOrEmpty(chosen) ? Parents : [chosen])
        {
            if (!Stdlib.RealPath(parent).TryGet(out var existing, out var error))
            {
                refused = error.Text();
                continue;
            }
            var directory = Path.Combine(existing, $"hotplugfs-run-{Path.GetRandomFileName()[..8]}");
            if (!SysStat.MkDir(directory, DirectoryMode).Failed(out error))
                return directory;
            refused = error.Text();
        }
        if (!string.IsNullOrEmpty(chosen))
            throw new CommandException($"cannot create a directory for the mount in $TMPDIR, {chosen}: {refused}");
        throw new CommandException(
            $"cannot create a directory for the mount in {string.Join(", ", Parents)}: {refused}; set TMPDIR to a writable directory");
    }

    /// <summary>The init process removes the directory if this process is killed.</summary>
    private static void RemoveDirectory(string directory)
    {
        if (Directory.Exists(directory))
            Directory.Delete(directory);
    }
}
