using System.Globalization;
using HotplugFs.Linux;

namespace HotplugFs.Cli.Daemon;

/// <summary>
/// Code that only the start needed: the reading of the command line and of machine files is a large part of the program. A daemon that runs for
/// long lets go of it; the kernel maps again, from the page cache, what is called after that.
/// </summary>
internal static class StartupCode
{
    /// <summary>Lets go of all pages of code. Nothing is lost: code is never written to, so files have all of it.</summary>
    public static void LetGo()
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
            // Where the kernel does not want to, the pages stay.
            _ = SysMman.MAdvise(start, end - start, SysMman.MADV_DONTNEED);
        }
    }
}
