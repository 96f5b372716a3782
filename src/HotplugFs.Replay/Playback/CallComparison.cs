using System.Text.Json.Serialization.Metadata;

namespace HotplugFs.Replay.Playback;

/// <summary>Compares the result of a system call with the recorded one, field by field.</summary>
internal static class CallComparison
{
    /// <summary>Times below this were set by the recorder and are compared; all others are those of the recording.</summary>
    private const double SetTimeSecondsMax = 1_000_000;

    /// <summary>The fields of <see cref="RecordedResult"/> that no simulation can repeat, with the reason.</summary>
    private static readonly Dictionary<string, string> NotCompared = new()
    {
        ["ino"] = "sysfs numbers inodes in the order of their creation since boot",
        ["dev"] = "a file system gets its number when it is mounted",
        ["ctime"] = "the time of the recording",
        ["now"] = "the time of the recording",
        ["flags"] = "mount options of the recorded machine; a mount here has nosuid, nodev and noexec",
    };

    private static readonly JsonPropertyInfo[] Compared =
    [
        .. TraceJson.Default.RecordedResult.Properties
            .Where(field => field.Name is not ("r" or "e") && !NotCompared.ContainsKey(field.Name)),
    ];

    public static IEnumerable<Difference> Differences(RecordedResult recorded, CallOutcome got)
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
            var (expected, found) = (Text(value), got.Fields.GetValueOrDefault(field.Name));
            if (found != expected)
                yield return new Difference(field.Name, expected, found ?? "nothing");
        }
    }

    private static string Text(object value) => value switch
    {
        string text => text,
        IEnumerable<string> names => CallOutcome.Join(names),
        double seconds => Text((long)seconds),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
