namespace HotplugFs.Cli.Running;

/// <summary>The user of <c>run --as-me</c>, who has no rights over the machine's files, as an ordinary user has none over sysfs.</summary>
/// <remarks>
/// Root becomes another user, and the files stay root's. An ordinary user's namespace has only one user. There the files belong to a user
/// who does not exist in it, so that no process may write, and the command gets the user's own number in a further namespace.
/// </remarks>
internal static class OrdinaryUser
{
    /// <summary>The user nobody, and its group, of all distributions.</summary>
    private const uint Nobody = 65534;

    /// <summary>A number that a namespace with one user, 0, does not have.</summary>
    private const uint Unmapped = 1;

    /// <summary>True if this user namespace has the user nobody, and so more than one user.</summary>
    private static bool HasManyUsers => Maps("uid_map").Any(map => map.First <= Nobody && Nobody < map.First + map.Count);

    /// <summary>The owner of the machine's files; null for root.</summary>
    public static uint? OwnerOfFiles => HasManyUsers ? null : Unmapped;

    /// <summary>
    /// The program that executes a command as the user, with its arguments, separated by blanks. Only in this user namespace do the tables
    /// of users show the numbers outside.
    /// </summary>
    public static string Program => HasManyUsers
        ? $"setpriv --reuid={Variable("SUDO_UID")} --regid={Variable("SUDO_GID")} --clear-groups --inh-caps=-all --"
        : $"unshare --user --map-user={Outside("uid_map")} --map-group={Outside("gid_map")} --";

    private static uint Variable(string name) =>
        uint.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) && number != 0 ? number : Nobody;

    /// <summary>The number that the namespace's only user has outside.</summary>
    private static long Outside(string file) => Maps(file).First().Outside;

    private static IEnumerable<(long First, long Outside, long Count)> Maps(string file) => File.ReadLines("/proc/self/" + file)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(words => (Number(words[0]), Number(words[1]), Number(words[2])));

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
