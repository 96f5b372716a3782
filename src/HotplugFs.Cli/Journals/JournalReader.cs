using System.Text.Json;
using HotplugFs.Sysfs.Control;

namespace HotplugFs.Cli.Journals;

/// <summary>Reads the journal of a mounted machine, and waits for more.</summary>
internal sealed class JournalReader : IDisposable
{
    private readonly FileStream _file;
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly StringBuilder _rest = new();

    /// <summary>Opens the journal.</summary>
    /// <param name="given">The mount point; null for the one in the environment.</param>
    /// <exception cref="CommandException">No machine is mounted there, or this user may not read it.</exception>
    public JournalReader(string? given)
    {
        Directory = MachineDirectory.Choose(given);
        var path = Path.Combine(Directory, "hotplugfs", "journal");
        try
        {
            _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                $"{Directory}{MachineDirectory.Origin(given)}: no machine is mounted there, or only a subtree, or its journal cannot be read");
        }
    }

    /// <summary>The mount point.</summary>
    public string Directory { get; }

    /// <summary>Reads the entries that were not read yet.</summary>
    /// <exception cref="CommandException">A line is no entry.</exception>
    public List<JournalEntry> ReadNew()
    {
        var entries = new List<JournalEntry>();
        for (int count; (count = _file.Read(_buffer)) > 0;)
        {
            _rest.Append(System.Text.Encoding.UTF8.GetString(_buffer, 0, count));
            var lines = _rest.ToString().Split('\n');
            try
            {
                entries.AddRange(lines[..^1].Select(line => new JournalEntry(line)));
            }
            catch (JsonException)
            {
                throw new CommandException($"{_file.Name} has a line that is not JSON");
            }
            _rest.Clear().Append(lines[^1]);
        }
        return entries;
    }

    /// <summary>The open file, which poll(2) can wait for.</summary>
    public int Descriptor => (int)_file.SafeFileHandle.DangerousGetHandle();

    /// <summary>Sleeps until there are new entries.</summary>
    /// <param name="time">How long at most.</param>
    public void AwaitNew(TimeSpan time)
    {
        var files = new[] { new PollFd { Descriptor = Descriptor, Events = Poll.POLLIN } };
        _ = Poll.Wait(files, (int)Math.Ceiling(time.TotalMilliseconds));
    }

    public void Dispose() => _file.Dispose();
}
