using HotplugFs.Abi;
using HotplugFs.Cli.Native;

namespace HotplugFs.Cli;

/// <summary>Plugs and unplugs by a mounted machine's control files, and finds the reason of a refusal in its log.</summary>
internal sealed class DimmControl(string directory)
{
    private const int LogReadMax = 1 << 21;

    private string Control => Path.Combine(directory, "hotplugfs");

    private string Dimms => Path.Combine(Control, "dimms");

    /// <summary>Plugs a dimm.</summary>
    /// <param name="request">Everything but its name.</param>
    /// <param name="id">Its name, or null for the first free one.</param>
    /// <returns>Its name.</returns>
    /// <exception cref="CommandException">It was refused.</exception>
    public string Plug(string request, string? id)
    {
        CheckIsMachine();
        var name = id ?? FreeName();
        while (true)
        {
            if (Write("plug", $"{request} id={name}", $"plugging {name}", id is null ? Errno.EEXIST : null))
                return name;
            // Somebody else was quicker to take the name, or a block at the address is taken, which no other name would cure.
            var next = FreeName();
            id = next == name ? name : null;
            name = next;
        }
    }

    /// <summary>Unplugs a dimm.</summary>
    /// <param name="id">Its name.</param>
    /// <exception cref="CommandException">It was refused.</exception>
    public void Unplug(string id)
    {
        CheckIsMachine();
        Write("unplug", id, $"unplugging {id}", null);
    }

    /// <summary>Says where a dimm is.</summary>
    /// <param name="id">Its name.</param>
    public string Describe(string id)
    {
        string Read(string file) => File.ReadAllText(Path.Combine(Dimms, id, file)).TrimEnd();
        return $"{id}: blocks {Read("blocks")} on node {Read("node")}";
    }

    private void CheckIsMachine()
    {
        if (!Directory.Exists(Dimms))
            throw new CommandException($"{directory}: no machine is mounted there as a whole; mount one with: hotplugfs mount {directory}");
    }

    private string FreeName()
    {
        for (var number = 0; ; number++)
        {
            if (!Directory.Exists(Path.Combine(Dimms, $"dimm{number}")))
                return $"dimm{number}";
        }
    }

    /// <returns>False if it was refused with the error that the caller expects.</returns>
    private bool Write(string file, string text, string what, Errno? expected)
    {
        using var log = OpenLog();
        var outcome = ControlFile.Write(Path.Combine(Dimms, file), text);
        if (outcome.IsOk)
            return true;
        if (outcome.Error == expected)
            return false;
        throw new CommandException($"{what}: {outcome.Error.Text()}{NewLines(log)}");
    }

    /// <summary>The log, read up to its end, so that only what follows is left to read; null if this user may not read it.</summary>
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
