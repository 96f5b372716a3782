using HotplugFs.Abi;
using HotplugFs.Cli.Daemon;
using HotplugFs.Cli.Native;

namespace HotplugFs.Cli.Running;

/// <summary>
/// The process that the user started. It stays outside of the namespaces, hands on signals, waits, and takes away the one thing that
/// is outside of them: an empty directory.
/// </summary>
/// <param name="arguments">The command line of this process, for <see cref="NamespaceInit"/>.</param>
/// <param name="error">Where problems are shown.</param>
internal sealed class RunSupervisor(string[] arguments, TextWriter error)
{
    /// <summary>Lower ones the user may have opened for the command.</summary>
    private const int FreeDescriptors = 20;

    /// <summary>Directories that a mount point can be made in; not every root is writable.</summary>
    private static readonly string[] Places = ["/tmp", "/dev/shm", "/run"];

    private bool _hasStarted;
    private bool _hasComplained;

    /// <summary>Runs the command.</summary>
    /// <returns>Its exit status.</returns>
    /// <exception cref="RunException">It was not run.</exception>
    public int Run()
    {
        var directory = MakeDirectory();
        var (outside, inside) = RunChannel.Create();
        using (outside)
        {
            try
            {
                using var forwarding = ForwardedSignals.Forward(outside);
                var unshare = Start(directory, inside);
                while (outside.Receive() is { } message)
                    Take(message);
                return Conclude(Launcher.Wait(unshare));
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
            var errors = Descriptors.Duplicate(Descriptors.StandardError, FreeDescriptors);
            if (errors < 0)
                throw new RunException("standard error is closed");
            var init = InitArguments.Insert(arguments, new InitArguments(inside.Descriptor, errors, directory, NetworkNamespace.Current));
            try
            {
                return Namespaces.Start([.. Launcher.ThisProgram, .. init], inside.Descriptor, errors);
            }
            finally
            {
                _ = Interop.Close(errors);
            }
        }
    }

    private void Take(RunMessage message)
    {
        if (message.Kind == RunMessageKind.Started)
        {
            _hasStarted = true;
            return;
        }
        _hasComplained = true;
        error.WriteLine($"hotplugfs: {message.Text}");
    }

    private int Conclude(WaitStatus status)
    {
        if (!_hasStarted)
            throw new RunException($"no namespaces for the command: {Namespaces.WhyRefused()}");
        if (status.Signal != 0 && !_hasComplained)
            throw new RunException($"the first process of the namespaces {status}, and the command with it");
        return status.ExitStatus;
    }

    private static string MakeDirectory()
    {
        var refused = "";
        foreach (var place in Places.Prepend(Environment.GetEnvironmentVariable("TMPDIR")))
        {
            if (string.IsNullOrEmpty(place))
                continue;
            try
            {
                var directory = Path.Combine(Path.GetFullPath(place), $"hotplugfs-run-{Path.GetRandomFileName()[..8]}");
                return Directory.CreateDirectory(directory).FullName;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                refused = problem.Message;
            }
        }
        throw new RunException($"no directory for the mount can be made in {string.Join(", ", Places)}: {refused}; set TMPDIR to one that can be written");
    }

    /// <summary>The other process removes it, too, when this one cannot any more.</summary>
    private static void RemoveDirectory(string directory)
    {
        if (Directory.Exists(directory))
            Directory.Delete(directory);
    }
}
