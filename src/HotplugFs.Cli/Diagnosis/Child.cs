namespace HotplugFs.Cli.Diagnosis;

/// <summary>Runs programs to see whether they work.</summary>
internal static class Child
{
    /// <summary>The status of a program that does not exist.</summary>
    public const int NotFound = -1;

    private const int TextMax = 4096;

    /// <summary>Runs a program, without input, and waits for its end.</summary>
    /// <param name="command">The program, looked for in PATH, and its arguments.</param>
    /// <returns>Its exit status, 128 and a signal's number, or <see cref="NotFound"/>; and the beginning of what it printed.</returns>
    /// <exception cref="CommandException">There are no descriptors left.</exception>
    public static (int Status, string Text) Run(string[] command)
    {
        if (!Unistd.Pipe2(Fcntl.O_CLOEXEC).TryGet(out var pipe, out var error))
            throw new CommandException($"pipe: {error.Text()}");
        var input = Fcntl.Open("/dev/null", Fcntl.O_RDONLY | Fcntl.O_CLOEXEC);
        var started = Spawn.Start(new SpawnRequest
        {
            Program = command[0],
            SearchPath = true,
            Arguments = command,
            Given = [(input.IsOk ? input.Value : pipe.Reading, 0), (pipe.Writing, 1), (pipe.Writing, 2)],
        });
        _ = Unistd.Close(pipe.Writing);
        if (input.IsOk)
            _ = Unistd.Close(input.Value);
        var text = new MemoryStream();
        var buffer = new byte[TextMax];
        while (started.IsOk && Unistd.Read(pipe.Reading, buffer).TryGet(out var count, out _) && count > 0)
            text.Write(buffer, 0, text.Length < TextMax ? count : 0);
        _ = Unistd.Close(pipe.Reading);
        return started.IsOk && SysWait.WaitPid(started.Value).TryGet(out var ended, out _)
            ? (ended.Status.ExitStatus, Encoding.UTF8.GetString(text.ToArray()))
            : (NotFound, "");
    }
}
