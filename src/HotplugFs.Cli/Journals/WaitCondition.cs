using HotplugFs.Sysfs.Control;

namespace HotplugFs.Cli.Journals;

/// <summary>
/// What <c>hotplugfs wait</c> waits for: a text in a file (<c>memory48/state=online</c>), a name that exists (<c>memory48</c>, and
/// <c>node1/online</c> for a node), an entry of the journal (<c>journal:TEXT</c>) or a uevent (<c>uevent:add@memory48</c>).
/// </summary>
internal sealed class WaitCondition
{
    private const string JournalPrefix = "journal:";
    private const string UeventPrefix = "uevent:";
    private const string OnlineSuffix = "/online";

    /// <summary>Where a relative name is looked for, in this order.</summary>
    private static readonly string[] Places = ["", "sys/devices/system/memory", "sys/devices/system/node", "hotplugfs"];

    private readonly string _word;
    private readonly Func<string, (bool IsMet, string Seen)> _look;
    private bool _wasSeen;

    /// <param name="word">The condition as it is written on the command line.</param>
    public WaitCondition(string word)
    {
        _word = word;
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        _look = word switch
        {
            _ when IsOfEntries(word) => _ => (_wasSeen, "there was none"),
            _ when equals > 0 => directory => LookAtText(directory, word[..equals], word[(equals + 1)..]),
            _ when word.StartsWith("node", StringComparison.Ordinal) && word.EndsWith(OnlineSuffix, StringComparison.Ordinal) =>
                directory => (Find(directory, word[..^OnlineSuffix.Length]) is not null, "it is offline"),
            _ => directory => (Find(directory, word) is not null, "it does not exist"),
        };
    }

    /// <summary>Looks at an entry of the journal.</summary>
    public void Note(JournalEntry entry)
    {
        if (_word.StartsWith(JournalPrefix, StringComparison.Ordinal))
            _wasSeen |= entry.Line.Contains(_word[JournalPrefix.Length..], StringComparison.Ordinal);
        else if (_word.StartsWith(UeventPrefix, StringComparison.Ordinal) && entry.Uevent is { } uevent)
            _wasSeen |= IsUevent(uevent, _word[UeventPrefix.Length..]);
    }

    /// <summary>Returns whether the condition is met now.</summary>
    /// <param name="directory">The mount point.</param>
    /// <param name="problem">What was seen in its place.</param>
    public bool IsMet(string directory, out string problem)
    {
        (var isMet, var seen) = _look(directory);
        problem = $"{_word}: {seen}";
        return isMet;
    }

    private static bool IsOfEntries(string word) =>
        word.StartsWith(JournalPrefix, StringComparison.Ordinal) || word.StartsWith(UeventPrefix, StringComparison.Ordinal);

    /// <summary>The wanted uevent has an action, and the last names of the path: <c>add@memory48</c>.</summary>
    private static bool IsUevent(string uevent, string wanted)
    {
        var at = wanted.IndexOf('@', StringComparison.Ordinal);
        return at >= 0
            && uevent.StartsWith(wanted[..(at + 1)], StringComparison.Ordinal)
            && uevent.EndsWith($"/{wanted[(at + 1)..].TrimStart('/')}", StringComparison.Ordinal);
    }

    private static (bool IsMet, string Seen) LookAtText(string directory, string name, string wanted)
    {
        if (Find(directory, name) is not { } path)
            return (false, "the file does not exist");
        try
        {
            var text = File.ReadAllText(path).TrimEnd('\n');
            return (text == wanted, $"it is {text}");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The block may have been removed since the name was found.
            return (false, $"reading fails: {SystemFailure.Describe(problem)}");
        }
    }

    private static string? Find(string directory, string name) =>
        Places.Select(place => Path.Combine(directory, place, name.TrimStart('/'))).FirstOrDefault(Path.Exists);
}
