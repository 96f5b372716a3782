namespace HotplugFs.Cli.Commands;

/// <summary>Writes to a mounted machine's control files, and reads the reason for a refusal from its log.</summary>
/// <param name="given">The mount point; null for the one in the environment.</param>
internal sealed class MachineControl(string? given)
{
    private readonly string _directory = MachineDirectory.Choose(given);

    private const int LogReadMax = 1 << 21;

    private string Control => Path.Combine(_directory, "hotplugfs");

    private string Dimms => Path.Combine(Control, "dimms");

    /// <summary>Writes to <c>hotplugfs/dimms/plug</c>; a refusal is reported with the line of the log.</summary>
    /// <param name="request">The text for the control file, without <c>id=</c>.</param>
    /// <param name="id">The DIMM's name; null for the first free one.</param>
    /// <returns>The DIMM's name.</returns>
    /// <exception cref="CommandException">The machine refused.</exception>
    public string Plug(string request, string? id)
    {
        RequireMachine();
        var name = id ?? FreeName();
        while (true)
        {
            if (Write("dimms/plug", $"{request} id={name}", $"plugging {name}", id is null ? Errno.EEXIST : null))
                return name;
            // Another process took the name, or a block at the address exists. In the second case no other name would help.
            var next = FreeName();
            id = next == name ? name : null;
            name = next;
        }
    }

    /// <summary>Writes to <c>hotplugfs/dimms/unplug</c>; a refusal is reported with the line of the log.</summary>
    /// <exception cref="CommandException">The machine refused.</exception>
    public void Unplug(string id)
    {
        RequireMachine();
        Write("dimms/unplug", id, $"unplugging {id}", null);
    }

    /// <summary>Writes to a control file; a refusal is reported with the line of the log.</summary>
    /// <param name="file">The file below <c>hotplugfs/</c>.</param>
    /// <param name="operation">What is done, for messages: <c>starting app</c>.</param>
    /// <exception cref="CommandException">The machine refused.</exception>
    public void Write(string file, string text, string operation)
    {
        RequireMachine();
        Write(file, text, operation, null);
    }

    /// <summary>Returns the contents of a control file without the last newline, or null if there is none.</summary>
    /// <param name="file">The file below <c>hotplugfs/</c>.</param>
    public string? Read(string file)
    {
        var path = Path.Combine(Control, file);
        return File.Exists(path) ? File.ReadAllText(path).TrimEnd() : null;
    }

    /// <summary>Returns the names of the directories in a control directory, in order.</summary>
    /// <param name="directory">The directory below <c>hotplugfs/</c>.</param>
    public IEnumerable<string> Names(string directory)
    {
        RequireMachine();
        return Directory.GetDirectories(Path.Combine(Control, directory)).Select(path => Path.GetFileName(path)!);
    }

    /// <summary>Returns a line that names a DIMM's blocks and node.</summary>
    public string Describe(string id)
    {
        var blocks = Read($"dimms/{id}/blocks")!;
        return $"{id}: {(blocks.Contains('-') ? "blocks" : "block")} {blocks} on node {Read($"dimms/{id}/node")}";
    }

    /// <summary>Checks that a machine is mounted there.</summary>
    /// <exception cref="CommandException">None is.</exception>
    public void RequireMachine()
    {
        if (!Directory.Exists(Dimms))
        {
            throw new CommandException(
                $"{_directory}{MachineDirectory.Origin(given)}: no machine is mounted there, or only a subtree; "
                + $"mount one with: hotplugfs mount {_directory}");
        }
    }

    private string FreeName()
    {
        for (var number = 0; ; number++)
        {
            if (!Directory.Exists(Path.Combine(Dimms, $"dimm{number}")))
                return $"dimm{number}";
        }
    }

    /// <returns>False if the write failed with the error that the caller expects.</returns>
    private bool Write(string file, string text, string operation, Errno? expected)
    {
        using var log = OpenLog();
        var outcome = ControlFile.Write(Path.Combine(Control, file), text);
        if (outcome.IsOk)
            return true;
        if (outcome.Error == expected)
            return false;
        throw new CommandException($"{operation}: {outcome.Error.Text()}{NewLines(log)}");
    }

    /// <summary>
    /// Opens the log and reads it to its end, so that later reads return new lines only. Returns null if this user may not read it.
    /// </summary>
    private FileStream? OpenLog()
    {
        try
        {
            var log = new FileStream(Path.Combine(Control, "log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            ReadToEnd(log);
            return log;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string NewLines(FileStream? log) =>
        log is null ? "" : string.Concat(ReadToEnd(log).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"\n  {line}"));

    private static string ReadToEnd(FileStream log)
    {
        var text = new MemoryStream();
        var buffer = new byte[1 << 14];
        for (int count; text.Length < LogReadMax && (count = log.Read(buffer)) > 0;)
            text.Write(buffer, 0, count);
        return System.Text.Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}
