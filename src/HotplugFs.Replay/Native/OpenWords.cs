using System.Runtime.InteropServices;

namespace HotplugFs.Replay.Native;

/// <summary>The flags of open(2) by the names that recordings give them. Source: include/uapi/asm-generic/fcntl.h and arm64's own.</summary>
internal static class OpenWords
{
    public const int CloseOnExec = 0x80000;

    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    private static readonly (string Word, int Flag)[] Rows =
    [
        ("O_RDONLY", 0),
        ("O_WRONLY", 1),
        ("O_RDWR", 2),
        ("O_CREAT", 0x40),
        ("O_EXCL", 0x80),
        ("O_NOCTTY", 0x100),
        ("O_TRUNC", 0x200),
        ("O_APPEND", 0x400),
        ("O_NONBLOCK", 0x800),
        ("O_DSYNC", 0x1000),
        ("O_DIRECT", IsArm ? 0x10000 : 0x4000),
        ("O_DIRECTORY", IsArm ? 0x4000 : 0x10000),
        ("O_NOFOLLOW", IsArm ? 0x8000 : 0x20000),
        ("O_NOATIME", 0x40000),
        ("O_CLOEXEC", CloseOnExec),
        ("O_SYNC", 0x101000),
        ("O_PATH", 0x200000),
        ("O_TMPFILE", 0x400000 | (IsArm ? 0x4000 : 0x10000)),
    ];

    /// <summary>Reads flags.</summary>
    /// <param name="text">Words with <c>|</c> in between.</param>
    /// <exception cref="FormatException">One of them is not known.</exception>
    public static int Parse(string text)
    {
        var flags = 0;
        foreach (var word in text.Split('|'))
        {
            var row = Array.FindIndex(Rows, row => row.Word == word);
            flags |= row >= 0 ? Rows[row].Flag : throw new FormatException($"{word} is no flag of open(2)");
        }
        return flags;
    }
}
