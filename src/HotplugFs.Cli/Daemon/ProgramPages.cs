namespace HotplugFs.Cli.Daemon;

/// <summary>
/// The pages of this process that hold the program itself, its code and constants. Parsing the command line and machine files is a large
/// part of the program that a daemon needs only at its start.
/// </summary>
internal static class ProgramPages
{
    private const string Anonymous = "Anonymous:";

    /// <summary>
    /// Removes all pages of code and constants from this process's memory (MADV_DONTNEED in madvise(2)). The kernel maps those that are used
    /// again from the page cache.
    /// </summary>
    public static void Discard()
    {
        // All of them are found first, because looking for them uses the program.
        foreach (var (start, length) in Find().ToArray())
            // If the kernel refuses, the pages stay, which does no harm.
            _ = SysMman.MAdvise(start, length, SysMman.MADV_DONTNEED);
    }

    /// <summary>
    /// Finds the mappings of files that have no private page, and can get none because they are not writable. Relocated constants have
    /// private pages.
    /// </summary>
    private static IEnumerable<(nuint Start, nuint Length)> Find()
    {
        var mapping = "";
        // A mapping begins with "start-end permissions offset device inode path"; lines with its counts follow (proc_pid_smaps(5)).
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            if (char.IsAsciiHexDigitLower(line[0]))
                mapping = line;
            else if (line.StartsWith(Anonymous, StringComparison.Ordinal) && line.EndsWith(" 0 kB", StringComparison.Ordinal)
                && mapping.Split(' ', 6) is [var range, ['r', '-', ..], _, _, _, var path] && path.Contains('/'))
            {
                var dash = range.IndexOf('-');
                var start = nuint.Parse(range.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                yield return (start, nuint.Parse(range.AsSpan(dash + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture) - start);
            }
        }
    }
}
