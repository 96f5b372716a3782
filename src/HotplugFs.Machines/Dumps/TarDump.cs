using System.Formats.Tar;

namespace HotplugFs.Machines.Dumps;

/// <summary>Reads the useful files of a tar archive into memory. Nothing is unpacked.</summary>
internal static class TarDump
{
    private const int EntriesMax = 1 << 21;
    private const long KeptBytesMax = 256L << 20;

    /// <summary>Reads an archive up to its end, or to where it is cut off.</summary>
    public static IDump Read(Stream archive, Losses losses)
    {
        var dump = new TreeDump();
        using var reader = new TarReader(archive, leaveOpen: true);
        var (entries, kept) = (0, 0L);
        try
        {
            while (reader.GetNextEntry() is { } entry)
            {
                if (++entries > EntriesMax || kept > KeptBytesMax)
                {
                    losses.Add(
                        "the archive", $"it has more than {EntriesMax} entries or {KeptBytesMax >> 20} MiB of useful text; the rest is not read");
                    break;
                }
                kept += Add(dump, entry, losses);
            }
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or IOException or FormatException or ArgumentException)
        {
            losses.Add("the archive", $"it is cut short or damaged; {entries} entries were read");
        }
        return dump;
    }

    /// <returns>The number of bytes that were kept.</returns>
    private static long Add(TreeDump dump, TarEntry entry, Losses losses)
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
                var text = Text(entry.DataStream);
                dump.AddText(path, text);
                return path.Length + text.Length;
            default:
                return 0;
        }
    }

    private static string Text(Stream? data)
    {
        if (data is null)
            return "";
        var bytes = new byte[IDump.TextMax];
        var length = data.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\n');
    }
}
