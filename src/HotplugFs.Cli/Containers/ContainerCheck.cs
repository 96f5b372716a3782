using HotplugFs.Cli.Running;

namespace HotplugFs.Cli.Containers;

/// <summary>Checks what docker run has to grant, and names the options that are missing.</summary>
internal static class ContainerCheck
{
    private const string Device = "/dev/fuse";
    private const string Unshare = "unshare";
    private static readonly string[] UserNamespace = [Unshare, "--user", "--map-root-user", "--mount"];

    /// <summary>
    /// Returns if this process may mount. Without CAP_SYS_ADMIN, where users may create namespaces, executes the program again in a user
    /// namespace, and does not return.
    /// </summary>
    /// <param name="arguments">The arguments of this process.</param>
    /// <exception cref="CommandException">The container lacks an option.</exception>
    public static void Require(IReadOnlyList<string> arguments)
    {
        List<string> missing = File.Exists(Device) ? [] : [$"--device {Device}"];
        if (!Namespaces.MayMount)
        {
            if (MayCreateUserNamespace())
            {
                if (missing.Count == 0)
                    ExecuteInUserNamespace(arguments);
            }
            else if (Unistd.GetEuid() is not 0 and var user)
            {
                throw new CommandException($"user {user} may not mount: start the container without --user (docker exec --user works), or "
                    + "with --security-opt seccomp=unconfined for a machine that docker exec does not see");
            }
            else
            {
                missing.Add("--cap-add SYS_ADMIN");
            }
        }
        if (missing.Count > 0)
            throw new CommandException($"this container cannot mount a machine: start it with {string.Join(' ', missing)}");
    }

    /// <summary>Returns the exception for a mount that a security module refuses.</summary>
    public static CommandException MountRefused() =>
        new("the kernel refuses to mount despite SYS_ADMIN: start the container with --security-opt apparmor=unconfined, "
            + "or with --security-opt label=disable if SELinux confines it");

    /// <summary>Returns what docker run lacks if a daemon could not mount a machine; empty if the daemon's message is enough.</summary>
    public static string Hint(MachineSelection machine)
    {
        var isFile = machine.Name.Contains('/') || Path.HasExtension(machine.Name);
        if (isFile && !File.Exists(machine.Name) && !Directory.Exists(machine.Name))
            return "; give the container the file with --volume FILE:FILE:ro";
        var opened = Fcntl.Open(Device, Fcntl.O_RDWR | Fcntl.O_CLOEXEC);
        if (opened.IsOk)
            _ = Unistd.Close(opened.Value);
        return !opened.IsOk && opened.Error == Errno.EACCES ? "; or start the container without --user" : "";
    }

    private static bool MayCreateUserNamespace()
    {
        var started = Spawn.Start(new SpawnRequest
        {
            Program = Unshare,
            SearchPath = true,
            IsDetached = true,
            Arguments = [.. UserNamespace, "true"],
        });
        return started.IsOk && SysWait.WaitForExit(started.Value).ExitStatus == 0;
    }

    /// <summary>This process stays the container's first one, so that it receives the container's signals and orphans.</summary>
    private static void ExecuteInUserNamespace(IReadOnlyList<string> arguments)
    {
        string[] command = [.. UserNamespace, "--", .. ThisProgram.Command, SubcommandNames.Container, .. arguments];
        var error = Spawn.Replace(command);
        throw new CommandException($"cannot execute {Unshare}: {error.Text()}");
    }
}
