using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using HotplugFs.Abi;
using HotplugFs.Cli.Native;
using HotplugFs.Engine;
using HotplugFs.Engine.Kernels;
using HotplugFs.Engine.Memory;
using HotplugFs.Fuse;
using HotplugFs.Kernfs;
using HotplugFs.Machines;
using HotplugFs.Sysfs;

namespace HotplugFs.Cli.Daemon;

/// <summary>Where the parts become a program: a machine, its tree, a mount, and a session that serves it until it is unmounted.</summary>
/// <remarks>
/// <see cref="Run"/>'s thread serves the mount and owns the machine and the tree. Signals come on other threads; they only ask the
/// kernel to unmount, which ends the session.
/// </remarks>
internal sealed class MachineDaemon(MountRequest request, IReadiness readiness)
{
    private readonly Lock _lock = new();
    private readonly ConcurrentQueue<string> _complaints = [];
    private FuseMount? _mount;
    private bool _isEnding;

    /// <summary>Mounts, serves, and returns when the mount has gone.</summary>
    /// <returns>The exit status.</returns>
    public int Run()
    {
        try
        {
            return Serve();
        }
        catch (Exception problem) when (problem is CommandException or MachineFileException or FuseException)
        {
            if (readiness.Failed(problem.Message))
                return ExitStatus.Cannot;
            throw;
        }
        catch (Exception problem)
        {
            // A daemon has no terminal to die on.
            _ = readiness.Failed($"a mistake in the program: {problem}");
            throw;
        }
    }

    private int Serve()
    {
        var description = LoadMachine();
        var machine = Boot(description);
        FuseSession? session = null;
        var tree = new MachineTree(machine, new MachineTreeOptions
        {
            // Whoever mounts owns the files: others are held off by their permissions.
            Tree = new TreeOptions { Uid = Interop.GetEuid(), Gid = Interop.GetEgid(), BootTime = Timespec.From(DateTimeOffset.UtcNow) },
            DescribeMachine = () => MachineFile.Write(RunningMachine.Describe(description.Name, machine)),
            DescribeTransport = () => session!.Transport,
        });
        var root = FindSubtree(tree.Tree);
        using var uevents = request.UeventsOutside is { } network ? new UeventSender(tree.Uevents, network, Complain) : null;
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);
        using var mount = Mount();
        if (mount is null)
            return ExitStatus.Ok;
        // Another file system that the caller stood in must be free to be unmounted.
        Directory.SetCurrentDirectory("/");
        session = new FuseSession(mount.Channel, tree.Tree, new FuseSessionOptions
        {
            Root = root,
            Passthrough = request.Options.Passthrough,
            Log = Complain,
            AfterChanges = () =>
            {
                LogComplaints(tree);
                return uevents?.TakeDue();
            },
            Ready = () => GreetOrEnd(Greeting(description, mount.Directory)),
        });
        session.Run();
        return session.HandlerFaults == 0 ? ExitStatus.Ok : ExitStatus.Cannot;
    }

    private MachineDescription LoadMachine()
    {
        var description = MachineFile.Load(request.Machine);
        var definition = description.Definition with { MovableNode = request.MovableNode ?? description.Definition.MovableNode };
        if (request.Kernel is null || KernelCatalogue.Find(request.Kernel)!.Name is not { } kernel || kernel == description.Kernel)
            return description with { Definition = definition };
        // What the file says was checked against its own kernel; another may not know the word.
        return description with { Kernel = kernel, Definition = definition with { AutoOnline = OnlineType.Offline } };
    }

    private static Machine Boot(MachineDescription description)
    {
        try
        {
            return new Machine(description.Definition, KernelCatalogue.Find(description.Kernel)!);
        }
        catch (ArgumentException problem)
        {
            throw new CommandException($"machine {description.Name} contradicts itself: {problem.Message}");
        }
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
                $"-o subtree={request.Options.Subtree}: the machine has no such directory; write for instance subtree=sys/devices/system/memory");
    }

    /// <summary>Mounts, unless a signal came before that.</summary>
    private FuseMount? Mount()
    {
        lock (_lock)
            return _isEnding ? null : _mount = FuseMount.Create(request.Directory, request.Options.ForFuse(request.Source));
    }

    /// <summary>Whoever gave up waiting, by Ctrl-C, does not expect a mount; the session's thread must not unmount what it serves.</summary>
    private void GreetOrEnd(string greeting)
    {
        if (readiness.Ready(greeting))
            StartupCode.LetGo();
        else
            ThreadPool.QueueUserWorkItem(_ => End());
    }

    private void End(PosixSignalContext context)
    {
        context.Cancel = true;
        End();
    }

    private void End()
    {
        lock (_lock)
        {
            _isEnding = true;
            if (_mount is null)
                return;
            try
            {
                _mount.Unmount();
            }
            catch (FuseException problem)
            {
                Abandon(_mount, problem);
            }
        }
    }

    /// <summary>Somebody stands in the mount or holds a file of it. It goes out of sight, and they get ENOTCONN when this process ends.</summary>
    private void Abandon(FuseMount mount, FuseException problem)
    {
        if (MountEntry.At(mount.Directory) is not { IsHotplugFs: true })
            return;
        readiness.Complain(problem.Message);
        mount.Unmount(lazy: true);
        Environment.Exit(ExitStatus.Ok);
    }

    private void Complain(string line)
    {
        readiness.Complain(line);
        _complaints.Enqueue(line);
    }

    /// <summary>Complaints come from any thread, the log belongs to the session's: it takes them over after its next request.</summary>
    private void LogComplaints(MachineTree tree)
    {
        while (_complaints.TryDequeue(out var line))
            tree.Log.Add($"hotplugfs: {line.ReplaceLineEndings(" ")}");
    }

    private string Greeting(MachineDescription description, string directory)
    {
        var kernel = $"kernel {description.Kernel}{(description.Definition.MovableNode ? " with movable_node" : "")}";
        var said = $"machine {description.Name}, {kernel}, is mounted on {directory}\n";
        return request.Options.Subtree.Length > 0
            ? $"{said}  ls {directory}\n  hotplugfs unmount {directory}\n"
            : $"{said}  lsmem --sysroot {directory} -a -o +ZONES\n  hotplugfs unmount {directory}\n";
    }
}
