using static HotplugFs.Linux.Fcntl;

namespace HotplugFs.Replay.Mounted;

/// <summary>The flags of open(2) by the names that recordings use.</summary>
internal static class OpenWords
{
    private static readonly Dictionary<string, int> Flags = new()
    {
        [nameof(O_RDONLY)] = O_RDONLY,
        [nameof(O_WRONLY)] = O_WRONLY,
        [nameof(O_RDWR)] = O_RDWR,
        [nameof(O_CREAT)] = O_CREAT,
        [nameof(O_EXCL)] = O_EXCL,
        [nameof(O_NOCTTY)] = O_NOCTTY,
        [nameof(O_TRUNC)] = O_TRUNC,
        [nameof(O_APPEND)] = O_APPEND,
        [nameof(O_NONBLOCK)] = O_NONBLOCK,
        [nameof(O_DSYNC)] = O_DSYNC,
        [nameof(O_DIRECT)] = O_DIRECT,
        [nameof(O_DIRECTORY)] = O_DIRECTORY,
        [nameof(O_NOFOLLOW)] = O_NOFOLLOW,
        [nameof(O_NOATIME)] = O_NOATIME,
        [nameof(O_CLOEXEC)] = O_CLOEXEC,
        [nameof(O_SYNC)] = O_SYNC,
        [nameof(O_PATH)] = O_PATH,
        [nameof(O_TMPFILE)] = O_TMPFILE,
        [ForeignFlags.HalfTmpfile] = O_TMPFILE & ~O_DIRECTORY,
    };

    /// <summary>Parses flags.</summary>
    /// <param name="text">Names with <c>|</c> between them.</param>
    /// <exception cref="FormatException">A name is unknown.</exception>
    public static int Parse(string text)
    {
        var flags = 0;
        foreach (var word in text.Split('|'))
            flags |= Flags.TryGetValue(word, out var flag) ? flag : throw new FormatException($"unknown flag of open \"{word}\"");
        return flags;
    }
}
