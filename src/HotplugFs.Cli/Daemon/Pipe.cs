namespace HotplugFs.Cli.Daemon;

/// <summary>Connects a daemon to the process that started it.</summary>
internal static class Pipe
{
    /// <summary>Creates a pipe whose ends programs do not inherit, unless <see cref="SpawnRequest.Given"/> passes them on.</summary>
    /// <exception cref="CommandException">There are too many descriptors.</exception>
    public static (int Reading, int Writing) Create()
    {
        var created = Unistd.Pipe2(Fcntl.O_CLOEXEC);
        return created.IsOk ? created.Value : throw new CommandException($"cannot create a pipe: {created.Error.Text()}");
    }
}
