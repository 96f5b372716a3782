using System.Buffers.Text;

namespace HotplugFs.Cli.Daemon;

/// <summary>
/// The pages of this process that hold the program itself, its code and constants. Parsing the command line and machine files is a large
/// part of the program that a daemon needs only at its start.
/// </summary>
internal static class ProgramPages
{
    private const int BufferBytes = 1 << 13;

    /// <summary>
    /// Removes all pages of code and constants from this process's memory (MADV_DONTNEED in madvise(2)). The kernel maps those that are used
    /// again from the page cache.
    /// </summary>
    public static void Discard()
    {
        // All of them are found first, because looking for them uses the program.
        foreach (var (start, length) in Find())
            // If the kernel refuses, the pages stay, which does no harm.
            _ = SysMman.MAdvise(start, length, SysMman.MADV_DONTNEED);
    }

    /// <summary>
    /// Finds the mappings of files that have no private page, and can get none because they are not writable. Relocated constants have
    /// private pages.
    /// </summary>
    private static List<(nuint Start, nuint Length)> Find()
    {
        var found = new List<(nuint Start, nuint Length)>();
        if (!Fcntl.Open("/proc/self/smaps\0"u8, Fcntl.O_RDONLY | Fcntl.O_CLOEXEC).TryGet(out var descriptor, out _))
            return found;
        using var smaps = new DescriptorHandle(descriptor);
        // The file is long, so that lines as strings would take more memory than the pages that are found.
        Span<byte> buffer = stackalloc byte[BufferBytes];
        var mapping = (Start: (nuint)0, Length: (nuint)0);
        var kept = 0;
        while (Unistd.Read(smaps, buffer[kept..]).TryGet(out var count, out _) && count > 0)
        {
            ReadOnlySpan<byte> text = buffer[..(kept + count)];
            for (int end; (end = text.IndexOf((byte)'\n')) >= 0; text = text[(end + 1)..])
            {
                var line = text[..end];
                // A mapping begins with "start-end permissions offset device inode path"; lines with its counts follow (proc_pid_smaps(5)).
                if (char.IsAsciiHexDigitLower((char)line[0]))
                    mapping = Constants(line);
                else if (mapping.Length > 0 && line.StartsWith("Anonymous:"u8) && line.EndsWith(" 0 kB"u8))
                    found.Add(mapping);
            }
            text.CopyTo(buffer);
            kept = text.Length;
        }
        return found;
    }

    /// <summary>Returns the place of a mapping of a file that is not writable; 0 bytes for another one.</summary>
    private static (nuint Start, nuint Length) Constants(ReadOnlySpan<byte> line) =>
        Utf8Parser.TryParse(line, out ulong start, out var digits, 'x')
        && Utf8Parser.TryParse(line[(digits + 1)..], out ulong end, out var more, 'x')
        && line[(digits + more + 2)..].StartsWith("r-"u8) && line.Contains((byte)'/')
            ? ((nuint)start, (nuint)(end - start))
            : default;
}
