namespace HotplugFs.Machines.Dumps;

/// <summary>Finds the devices of a bus in a dump.</summary>
internal static class DumpBus
{
    /// <summary>How many devices are looked at. More than that are no machine, and each costs several files.</summary>
    private const int DevicesMax = 4096;

    private const string Devices = "sys/devices/";

    /// <summary>Returns the devices of a bus with their directories, by their names. What cannot be found is a loss.</summary>
    /// <param name="bus">The name of the bus.</param>
    /// <param name="found">The directories of devices where the dump has not the links of the bus.</param>
    public static IEnumerable<(string Name, string Directory)> Find(IDump dump, string bus, IEnumerable<string> found, Losses losses)
    {
        var links = $"sys/bus/{bus}/devices";
        var names = dump.List(links);
        var devices = names.Count > 0
            ? names.Select(name => (Name: name, Directory: $"{links}/{name}"))
            : found.Select(path => (Name: NameOf(path), Directory: path));
        var count = 0;
        foreach (var (name, place) in devices.OrderBy(device => device.Name, StringComparer.Ordinal))
        {
            if (++count > DevicesMax)
                losses.Add(name, $"the dump has more than {DevicesMax} devices of bus {bus}; the rest is not read");
            else if (DirectoryOf(dump, place) is not { } directory)
                losses.Add(name, $"its link in {links} leads out of sys/devices; it is left out");
            else if (dump.List(directory).Count == 0)
                losses.Add(name, "the dump has its link, but not its directory; it is left out");
            else
                yield return (name, directory);
        }
    }

    /// <summary>The last part of a path.</summary>
    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>A path without its last part.</summary>
    public static string ParentOf(string path) => path[..Math.Max(path.LastIndexOf('/'), 0)];

    /// <summary>Returns the number that a file holds in hexadecimal digits after <c>0x</c>; null if it holds none from 0 to the maximum.</summary>
    public static long? Hexadecimal(IDump dump, string path, long max) =>
        dump.Read(path) is ['0', 'x', .. var digits]
        && long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) && number >= 0 && number <= max
            ? number
            : null;

    /// <summary>Returns the number that a file holds in decimal digits; null if it holds none from 0 to the maximum.</summary>
    public static long? Number(IDump dump, string path, long max) =>
        long.TryParse(dump.Read(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max ? number : null;

    /// <summary>Returns the directory that a link names, or the place itself if it is no link; null if it is not among the devices.</summary>
    private static string? DirectoryOf(IDump dump, string place)
    {
        if (dump.ReadLink(place) is not { } target)
            return place;
        List<string> parts = target.StartsWith('/') ? [] : [.. ParentOf(place).Split('/')];
        foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts.Count == 0)
                    return null;
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
                parts.Add(part);
        }
        var path = string.Join('/', parts);
        return path.StartsWith(Devices, StringComparison.Ordinal) ? path : null;
    }
}
