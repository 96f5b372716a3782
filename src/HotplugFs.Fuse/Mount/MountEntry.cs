using System.Globalization;
using System.Text;

namespace HotplugFs.Fuse;

/// <summary>One mount, as a line of /proc/self/mountinfo describes it (proc_pid_mountinfo(5)).</summary>
/// <param name="MountPoint">Where it is mounted.</param>
/// <param name="Type">Its file system, with subtype.</param>
/// <param name="Source">What is mounted.</param>
/// <param name="Minor">Minor number of st_dev; for FUSE the number of the connection in /sys/fs/fuse/connections.</param>
public sealed record MountEntry(string MountPoint, string Type, string Source, int Minor)
{
    /// <summary>The type of our mounts.</summary>
    public const string HotplugFsType = "fuse.hotplugfs";

    private const string TablePath = "/proc/self/mountinfo";
    private const int DeviceField = 2;
    private const int MountPointField = 4;

    /// <summary>True if it is one of ours.</summary>
    public bool IsHotplugFs => Type == HotplugFsType;

    /// <summary>All mounts that this process sees; reading them touches none of them.</summary>
    public static IReadOnlyList<MountEntry> ReadAll() => Parse(File.ReadAllText(TablePath));

    /// <summary>The mount that one finds at a path, which is the last one made there; null if none is.</summary>
    /// <param name="mountPoint">An absolute path without links in it.</param>
    public static MountEntry? At(string mountPoint) => ReadAll().LastOrDefault(entry => entry.MountPoint == mountPoint);

    internal static IReadOnlyList<MountEntry> Parse(string text)
    {
        var entries = new List<MountEntry>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split(' ');
            // A variable number of optional fields ends with a lone hyphen.
            var separator = Array.IndexOf(fields, "-");
            if (separator <= MountPointField || separator + 2 >= fields.Length)
                continue;
            var minor = fields[DeviceField][(fields[DeviceField].IndexOf(':') + 1)..];
            entries.Add(new MountEntry(
                Unescape(fields[MountPointField]),
                Unescape(fields[separator + 1]),
                Unescape(fields[separator + 2]),
                int.Parse(minor, CultureInfo.InvariantCulture)));
        }
        return entries;
    }

    // Blanks and the like are written as a backslash and three octal digits, byte by byte.
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
