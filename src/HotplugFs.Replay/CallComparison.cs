using System.Globalization;
using System.Text.Json;

namespace HotplugFs.Replay;

/// <summary>Compares what a call came to with what was recorded of it, field by field.</summary>
internal static class CallComparison
{
    /// <summary>What no simulation can have as it was.</summary>
    private static readonly (string Field, string Why)[] NotCompared =
    [
        ("ino", "sysfs numbers inodes in the order in which they were made since boot"),
        ("dev", "the number of a file system is given out when it is mounted"),
        ("ctime", "the time at which the recording was made"),
        ("now", "the time at which the recording was made"),
        ("flags", "the mount options of whoever mounts: nosuid, nodev and noexec here"),
    ];

    /// <summary>Times below this were set by the recorder and are compared, all others are those of the recording.</summary>
    private const double SetTimeSecondsMax = 1_000_000;

    public static IEnumerable<Difference> Differences(JsonElement recorded, CallOutcome got)
    {
        var error = recorded.TryGetProperty("e", out var name) ? name.GetString() : null;
        if (!Replayer.IsThe(error, got.Error))
        {
            yield return new Difference("error", error ?? Difference.Success, got.Error ?? Difference.Success);
            yield break;
        }
        if (error is not null)
            yield break;
        if (recorded.GetProperty("r").GetInt64() is var value && value != got.Value)
            yield return new Difference("value", Text(value), Text(got.Value));
        foreach (var field in recorded.EnumerateObject())
        {
            if (field.Name == "r" || !IsCompared(field))
                continue;
            var expected = Text(field.Value);
            if (got.Fields.GetValueOrDefault(field.Name) is var found && found != expected)
                yield return new Difference(field.Name, expected, found ?? "nothing");
        }
    }

    private static bool IsCompared(JsonProperty field) =>
        field.Name == "mtime" ? field.Value.GetDouble() < SetTimeSecondsMax : !NotCompared.Any(row => row.Field == field.Name);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => List(value.EnumerateArray().Select(entry => entry.GetString()!)),
        JsonValueKind.Number when value.TryGetInt64(out _) => value.GetRawText(),
        JsonValueKind.Number => Text((long)value.GetDouble()),
        _ => value.GetRawText(),
    };

    /// <summary>sysfs lists in the order of a hash, which says nothing.</summary>
    public static string List(IEnumerable<string> names) => string.Join(' ', names.Order(StringComparer.Ordinal));
}
