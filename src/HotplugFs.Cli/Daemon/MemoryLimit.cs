namespace HotplugFs.Cli.Daemon;

/// <summary>The limits of this process's memory cgroups, of version 1 or 2 (cgroups(7)).</summary>
internal static class MemoryLimit
{
    private const string Root = "/sys/fs/cgroup";
    private const string OwnGroups = "/proc/self/cgroup";

    /// <summary>Returns the bytes that this process may still use; <see cref="long.MaxValue"/> without a limit.</summary>
    public static long Left()
    {
        var left = long.MaxValue;
        foreach (var line in File.Exists(OwnGroups) ? File.ReadLines(OwnGroups) : [])
        {
            // ID:CONTROLLERS:PATH; version 2 has no controllers here.
            if (line.Split(':', 3) is not [_, var controllers, var path])
                continue;
            if (controllers.Length == 0)
                left = Math.Min(left, LeftIn(Root, path, "memory.max", "memory.current", "file "));
            else if (controllers.Split(',').Contains("memory"))
                left = Math.Min(left, LeftIn($"{Root}/memory", path, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_cache "));
        }
        return left;
    }

    /// <summary>A container may show its own group as the root, under a path that does not exist inside it.</summary>
    private static long LeftIn(string root, string path, string limitFile, string usageFile, string cacheName)
    {
        var left = long.MaxValue;
        for (var group = path.TrimEnd('/'); ; group = group[..group.LastIndexOf('/')])
        {
            var directory = root + group;
            if (Read($"{directory}/{limitFile}") is { } limit && Read($"{directory}/{usageFile}") is { } usage)
                left = Math.Min(left, limit - usage + PageCache(directory, cacheName));
            if (group.Length == 0)
                return left;
        }
    }

    /// <summary>The kernel frees page cache before it kills.</summary>
    private static long PageCache(string directory, string name)
    {
        var line = File.ReadLines($"{directory}/memory.stat").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.AsSpan(name.Length), CultureInfo.InvariantCulture);
    }

    /// <returns>Null without such a file, or for <c>max</c>.</returns>
    private static long? Read(string file) =>
        File.Exists(file) && long.TryParse(File.ReadAllText(file), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var bytes)
            ? bytes
            : null;
}
