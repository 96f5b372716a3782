using System.Globalization;
using HotplugFs.Linux;

namespace HotplugFs.Cli.Daemon;

/// <summary>
/// The pages of this process's code. Parsing the command line and machine files is a large part of the program that a daemon needs only at
/// its start.
/// </summary>
internal static class CodePages
{
    /// <summary>
    /// Removes all pages of code from this process's memory (MADV_DONTNEED in madvise(2)). The kernel maps those that are called again from
    /// the page cache.
    /// </summary>
    public static void Discard()
    {
        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            // start-end permissions offset device inode path
            var fields = line.Split(' ', 6);
            if (fields.Length < 6 || fields[1] != "r-xp" || !fields[5].TrimStart().StartsWith('/'))
                continue;
            var range = fields[0].Split('-');
            var start = nuint.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var end = nuint.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            // If the kernel refuses, the pages stay, which does no harm.
            _ = SysMman.MAdvise(start, end - start, SysMman.MADV_DONTNEED);
        }
    }
}
