namespace HotplugFs.Fuse.Mount;

/// <summary>One mount: a line of /proc/self/mountinfo (proc_pid_mountinfo(5)).</summary>
/// <param name="Type">The file system type, with the subtype.</param>
/// <param name="Minor">The minor number of st_dev; for FUSE, the number of the connection in /sys/fs/fuse/connections.</param>
/// <param name="Owner">For FUSE, the number of the user who mounted it, as this user namespace shows it; else null.</param>
public sealed record MountEntry(string MountPoint, string Type, string Source, int Minor, uint? Owner = null)
{
    /// <summary>The type that /proc/self/mountinfo shows for a mounted machine.</summary>
    public const string HotplugFsType = "fuse.hotplugfs";

    private const string TablePath = "/proc/self/mountinfo";
    private const int DeviceField = 2;
    private const int MountPointField = 4;

    /// <summary>True for a hotplugfs mount.</summary>
    public bool IsHotplugFs => Type == HotplugFsType;

    /// <summary>All mounts that this process sees. Reading the table accesses none of them.</summary>
    public static IReadOnlyList<MountEntry> ReadAll() => Parse(ReadTable());

    /// <summary>The mount at a path: the last one made there. Null if there is none.</summary>
    /// <param name="mountPoint">An absolute path without links.</param>
    public static MountEntry? At(string mountPoint) => At(mountPoint, ReadTable());

    internal static MountEntry? At(string mountPoint, string table)
    {
        MountEntry? last = null;
        foreach (var line in table.AsSpan().Split('\n'))
        {
            // The table can be long, so only lines for this mount point are parsed.
            if (MountPointIs(mountPoint, table.AsSpan(line)) && ParseLine(table[line]) is { } entry)
                last = entry;
        }
        return last;
    }

    internal static IReadOnlyList<MountEntry> Parse(string table) => [.. table.Split('\n').Select(ParseLine).OfType<MountEntry>()];

    /// <exception cref="FuseException">There is no /proc.</exception>
    private static string ReadTable()
    {
        try
        {
            return File.ReadAllText(TablePath);
        }
        catch (DirectoryNotFoundException)
        {
            throw new FuseException($"there is no {TablePath}; mount /proc (mount -t proc proc /proc)");
        }
    }

    private static bool MountPointIs(string mountPoint, ReadOnlySpan<char> line)
    {
        for (var field = 0; field < MountPointField; field++)
            line = line[(line.IndexOf(' ') + 1)..];
        var end = line.IndexOf(' ');
        var found = end < 0 ? line : line[..end];
        return found.Contains('\\') ? Unescape(found.ToString()) == mountPoint : found.SequenceEqual(mountPoint);
    }

    /// <returns>Null if the line describes no mount.</returns>
    private static MountEntry? ParseLine(string line)
    {
        var fields = line.Split(' ');
        // A hyphen ends the optional fields, whose number varies.
        var separator = Array.IndexOf(fields, "-");
        if (separator <= MountPointField || separator + 2 >= fields.Length)
            return null;
        var minor = fields[DeviceField][(fields[DeviceField].IndexOf(':') + 1)..];
        return new MountEntry(
            Unescape(fields[MountPointField]),
            Unescape(fields[separator + 1]),
            Unescape(fields[separator + 2]),
            int.Parse(minor, CultureInfo.InvariantCulture),
            ParseOwner(fields[^1]));
    }

    private static uint? ParseOwner(string options)
    {
        const string Key = "user_id=";
        var option = options.Split(',').FirstOrDefault(each => each.StartsWith(Key, StringComparison.Ordinal));
        return option is null ? null : uint.Parse(option[Key.Length..], CultureInfo.InvariantCulture);
    }

    // White space and backslashes are written as a backslash and three octal digits per byte.
    private static string Unescape(string field)
    {
        if (!field.Contains('\\'))
            return field;
        var from = Encoding.UTF8.GetBytes(field);
        var to = new List<byte>(from.Length);
        for (var i = 0; i < from.Length; i++)
        {
            if (from[i] == '\\' && i + 3 < from.Length)
            {
                to.Add((byte)(((from[i + 1] - '0') << 6) | ((from[i + 2] - '0') << 3) | (from[i + 3] - '0')));
                i += 3;
            }
            else
            {
                to.Add(from[i]);
            }
        }
        return Encoding.UTF8.GetString([.. to]);
    }
}
