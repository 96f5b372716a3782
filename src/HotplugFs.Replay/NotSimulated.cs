namespace HotplugFs.Replay;

/// <summary>Calls that were made on the recorded machine and are no calls on its files.</summary>
internal static class NotSimulated
{
    private static readonly (string Verb, string Why)[] Rows =
    [
        ("insmod", "loads a module of the recorded kernel"),
        ("rmmod", "unloads a module of the recorded kernel"),
        ("eat", "uses up the recorded machine's memory"),
    ];

    public static string? Reason(string verb)
    {
        foreach (var row in Rows)
            if (row.Verb == verb)
                return $"{verb}: {row.Why}";
        return null;
    }
}
