using HotplugFs.Cli.Places;

namespace HotplugFs.Cli.Running;

/// <summary>
/// The first process in the command's user namespace. It starts while the machine is mounted, waits until the init process has covered the
/// host's files, starts the command, and exits with its status.
/// </summary>
internal sealed class CommandStarter(StarterArguments given)
{
    private readonly RunChannel _channel = new(given.Channel);

    /// <summary>Waits for the init process, starts the command and waits for it.</summary>
    /// <returns>The command's exit status, or that of a failure, which was reported.</returns>
    public int Run()
    {
        try
        {
            return RunCommand();
        }
        catch (CommandException problem)
        {
            _channel.Send(RunMessageKind.Problem, problem.Message);
            return problem.Status ?? RunStatus.Failed;
        }
        catch (Exception problem) when (SystemFailure.Is(problem))
        {
            _channel.Send(RunMessageKind.Problem, SystemFailure.Describe(problem));
            return RunStatus.Failed;
        }
    }

    private int RunCommand()
    {
        var directory = new StartingDirectory();
        if (_channel.Receive() is not { Kind: RunMessageKind.Covered } covered || covered.Text.Split(' ') is not [var kernel, var cpus])
            return RunStatus.Failed;
        // The copy belongs to the command's user namespace: the command may mount, but can neither remove the mounts that it finds nor look
        // below them.
        if (given.IsIsolated && Sched.Unshare(Sched.CLONE_NEWNS).Failed(out var error))
            throw new CommandException($"cannot create a mount namespace: {error.Text()}");
        directory.EnterAgain();
        List<(int Descriptor, int Number)> files = [.. given.Streams.Select((descriptor, number) => (descriptor, number))];
        foreach (var (descriptor, _) in files)
            _ = Fcntl.SetCloseOnExec(descriptor);
        InheritedFiles.OpenAgain(files);
        using var udev = given.UdevRules.Length > 0 ? UdevDaemon.Start(given.UdevRules, given.Directory, given.Streams[^1]) : null;
        DropModuleCapability();
        HostCpus.RunOn(cpus);
        _channel.Send(RunMessageKind.Starting);
        var process = new CommandProcess(given.Command, files, given.Directory, kernel)
        {
            Through = given.Through.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        }.Start();
        _channel.Send(RunMessageKind.Started, process.ToString(CultureInfo.InvariantCulture));
        var status = SysWait.WaitForExit(process);
        udev?.Settle();
        return status.ExitStatus;
    }

    /// <summary>
    /// A script that loads a kernel module, as the kernel's own test of memory hotplug does, would load it into the host's kernel.
    /// </summary>
    private static void DropModuleCapability()
    {
        if (SysPrctl.DropCapability(SysPrctl.CAP_SYS_MODULE).Failed(out var error))
            throw new CommandException($"cannot drop CAP_SYS_MODULE: {error.Text()}");
    }
}
