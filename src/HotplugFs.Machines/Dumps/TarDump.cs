using System.Formats.Tar;

namespace HotplugFs.Machines.Dumps;

/// <summary>Reads the useful files of a tar archive into memory. Nothing is unpacked.</summary>
internal static class TarDump
{
    private const int EntriesMax = 1 << 21;
    private const long KeptBytesMax = 256L << 20;

    /// <summary>What an entry takes in memory beside its text, about: its place in three tables.</summary>
    private const int EntryBytes = 512;

    /// <summary>Reads an archive up to its end, or to where it is cut off.</summary>
    public static IDump Read(Stream archive, Losses losses)
    {
        var dump = new TreeDump();
        using var reader = new TarReader(archive, leaveOpen: true);
        // One buffer for all entries: a million of this size take minutes to clear.
        var buffer = new byte[IDump.TextMax];
        var (entries, kept) = (0, 0L);
        try
        {
            while (reader.GetNextEntry() is { } entry)
            {
                if (++entries > EntriesMax || kept > KeptBytesMax)
                {
                    losses.Add(
                        "the archive", $"it has more than {EntriesMax} entries or {KeptBytesMax >> 20} MiB of useful files; the rest is not read");
                    break;
                }
                if (Add(dump, entry, buffer, losses) is > 0 and var length)
                    kept += length + EntryBytes;
            }
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or IOException or FormatException or ArgumentException)
        {
            losses.Add("the archive", $"it is cut short or damaged; {entries} entries were read");
        }
        return dump;
    }

    /// <returns>The number of bytes that were kept.</returns>
    private static long Add(TreeDump dump, TarEntry entry, byte[] buffer, Losses losses)
    {
        var name = entry.Name.TrimStart('/');
        while (name.StartsWith("./", StringComparison.Ordinal))
            name = name[2..];
        if (name.Split('/').Contains("..") || name.Any(char.IsControl))
        {
            losses.Add("an entry", "its name leads out of the archive or has control characters; it is left out");
            return 0;
        }
        if (DumpPaths.Find(name.TrimEnd('/')) is not { } path)
            return 0;
        switch (entry.EntryType)
        {
            case TarEntryType.SymbolicLink:
                dump.AddLink(path, entry.LinkName);
                return path.Length;
            case TarEntryType.Directory:
                dump.AddName(path);
                return path.Length;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                var text = Text(entry.DataStream, buffer);
                dump.AddText(path, text);
                return path.Length + text.Length;
            default:
                return 0;
        }
    }

    private static string Text(Stream? data, byte[] buffer)
    {
        if (data is null)
            return "";
        var length = data.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return Encoding.UTF8.GetString(buffer, 0, length).TrimEnd('\n');
    }
}
