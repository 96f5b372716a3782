using System.Text.Json.Serialization.Metadata;

namespace HotplugFs.Replay.Playback;

/// <summary>Compares the results of the system calls of a recording with the recorded ones, field by field.</summary>
internal sealed class CallComparison
{
    private const string Inode = "ino";

    /// <summary>Times below this were set by the recorder and are compared; all others are those of the recording.</summary>
    private const double SetTimeSecondsMax = 1_000_000;

    private static readonly JsonPropertyInfo[] Compared =
    [
        .. TraceJson.Default.RecordedResult.Properties
            .Where(field => field.Name is not ("r" or "e") && !NotCompared.Fields.ContainsKey(field.Name)),
    ];

    /// <summary>
    /// The inode number here of each recorded one, and the reverse. The numbers differ, for sysfs numbers its inodes in the order of their
    /// creation since boot; which files have the same one does not.
    /// </summary>
    private readonly Dictionary<string, string> _inodes = [];

    public IEnumerable<Difference> Differences(RecordedResult recorded, CallOutcome got)
    {
        if (!ReplaySession.IsSame(recorded.E, got.Error))
        {
            yield return new Difference("error", recorded.E ?? Difference.Success, got.Error ?? Difference.Success);
            yield break;
        }
        if (recorded.E is not null)
            yield break;
        if (recorded.R != got.Value)
            yield return new Difference("value", Text(recorded.R), Text(got.Value));
        foreach (var field in Compared)
        {
            if (field.Get!(recorded) is not { } value || (field.Name == "mtime" && recorded.Mtime >= SetTimeSecondsMax))
                continue;
            // No file system has names of no length: the recorder of 32-bit kernels has read another structure.
            if (field.Name is "namelen" or "frsize" && Text(value) == "0")
                continue;
            var (expected, found) = (Text(value), got.Fields.GetValueOrDefault(field.Name));
            // One recorder left these out.
            if (value is List<string> names && !names.Contains("./"))
                found = CallOutcome.Join((found ?? "").Split(' ').Except(["./", "../"]));
            if (field.Name == Inode)
                expected = InodeHere(expected, found);
            if (found != expected)
                yield return new Difference(field.Name, expected, found ?? "nothing");
        }
    }

    /// <summary>Returns the inode number that a file with a recorded inode number must have here.</summary>
    private string InodeHere(string recorded, string? found)
    {
        var (key, reverse) = ($"recorded {recorded}", $"here {found}");
        if (found is not null && !_inodes.ContainsKey(key) && _inodes.TryAdd(reverse, recorded))
            _inodes.Add(key, found);
        return _inodes.GetValueOrDefault(key) ?? $"another than that of recorded inode {_inodes.GetValueOrDefault(reverse)}";
    }

    private static string Text(object value) => value switch
    {
        string text => text,
        IEnumerable<string> names => CallOutcome.Join(names),
        double seconds => Text((long)seconds),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
