using HotplugFs.Cli.Signals;
using HotplugFs.Fuse;
using HotplugFs.Fuse.Session;
using HotplugFs.Kernels;
using HotplugFs.Kernfs;
using HotplugFs.Machines;
using HotplugFs.Machines.Files;
using HotplugFs.Sysfs;
using HotplugFs.Sysfs.Control;

namespace HotplugFs.Cli.Daemon;

/// <summary>Composes a machine, its tree, a mount and a FUSE session, and serves the mount until it is removed.</summary>
/// <remarks>
/// The thread of <see cref="Run"/> serves the mount and owns the machine and the tree. Signal handlers run on other threads. They only ask
/// the kernel to unmount, which ends the session.
/// </remarks>
internal sealed class MachineDaemon(MountRequest request, IReadiness readiness)
{
    private readonly DaemonReport _report = new(readiness);

    /// <summary>Mounts the machine, serves it, and returns when the mount is removed.</summary>
    /// <returns>The exit status.</returns>
    public int Run()
    {
        try
        {
            return Serve();
        }
        catch (Exception problem) when (problem is CommandException or MachineFileException or FuseException)
        {
            if (readiness.ReportFailure(problem.Message))
                return ExitStatus.Failure;
            throw;
        }
        catch (Exception problem) when (SystemFailure.Is(problem))
        {
            if (readiness.ReportFailure(SystemFailure.Describe(problem)))
                return ExitStatus.Failure;
            throw;
        }
        catch (Exception problem)
        {
            // A daemon has no terminal on which the runtime could show the exception.
            _ = readiness.ReportFailure($"internal error: {problem}");
            throw;
        }
    }

    private int Serve()
    {
        var daemonMount = new DaemonMount(request, _report);
        SignalThread.Start(SignalThread.Ending, _ => daemonMount.End());
        using var kept = request.State is { } state ? KeptMachine.Open(request, state, _report.Problem) : null;
        var description = kept?.Description ?? MachineLoader.Describe(request.Machine);
        var machine = MachineLoader.Boot(description);
        FuseSession? session = null;
        using var names = new ProcessNames();
        var tree = new MachineTree(machine, KernelCatalogue.Get(description.Kernel, description.Definition.Architecture).Files, new MachineTreeOptions
        {
            // The user who mounts owns the files; their modes keep other users from writing.
            Tree = new TreeOptions
            {
                Uid = request.Owner ?? Unistd.GetEuid(),
                Gid = request.Owner ?? Unistd.GetEgid(),
                BootTime = Timespec.From(DateTimeOffset.UtcNow),
            },
            Clock = kept?.HasManualClock ?? request.Machine.HasManualClock ? new ManualClock() : TimeProvider.System,
            Scenario = MachineLoader.LoadScenario(request.Machine, machine),
            Name = description.Name,
            Daemon = Environment.ProcessId,
            DescribeMachine = () => MachineFile.Write(RunningMachine.Describe(description.Name, machine)),
            DescribeTransport = () => session!.Transport,
            NameOf = names.Read,
            MemoryLeft = MemoryLimit.Left,
        });
        kept?.Attach(request.State!.File, tree);
        var root = FindSubtree(tree.Tree);
        using var uevents = request.UeventsOutside is { } network ? new UeventSender(tree.Uevents, network, _report.Problem) : null;
        using var mount = daemonMount.Mount();
        // The daemon must not keep the caller's current directory, and with it another mount, busy.
        Directory.SetCurrentDirectory("/");
        session = new FuseSession(mount.Channel, tree.Tree, new FuseSessionOptions
        {
            Root = root,
            Passthrough = request.Options.Passthrough,
            Log = _report.Problem,
            PostCommitActions = () =>
            {
                _report.WriteProblemsTo(machine);
                return uevents?.TakeDue();
            },
            Ready = () => ReportReady(description, mount.Directory),
        });
        try
        {
            session.Run();
        }
        catch
        {
            daemonMount.Detach();
            throw;
        }
        return session.HandlerFaults == 0 ? ExitStatus.Success : ExitStatus.Failure;
    }

    private NodeId? FindSubtree(KernfsTree tree)
    {
        if (request.Options.Subtree.Length == 0)
            return null;
        var found = tree.Find(request.Options.Subtree);
        var isDirectory = found.IsOk && tree.GetAttributes(found.Value) is { IsOk: true, Value.IsDirectory: true };
        return isDirectory
            ? found.Value
            : throw new CommandException(
                $"-o subtree={request.Options.Subtree}: the machine has no such directory (example: subtree=sys/devices/system/memory)");
    }

    /// <summary>
    /// Reports that the mount answers. If the launcher was interrupted, undoes the mount on another thread, because the session's thread
    /// must not unmount what it serves.
    /// </summary>
    private void ReportReady(NamedMachine description, string directory)
    {
        if (_report.Ready(description, directory, isSubtree: request.Options.Subtree.Length > 0))
            ProgramPages.Discard();
        else
            _ = Signal.Kill(Environment.ProcessId, Signal.SIGTERM);
    }
}
