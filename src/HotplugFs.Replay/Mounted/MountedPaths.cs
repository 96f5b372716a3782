namespace HotplugFs.Replay.Mounted;

/// <summary>Converts paths of recordings to paths of a mounted machine. They never leave the mount and a private directory.</summary>
/// <param name="directory">The mount point of the whole machine.</param>
/// <param name="elsewhere">The directory that stands for the root of all other file systems.</param>
internal sealed class MountedPaths(string directory, string elsewhere)
{
    private const string SystemDevices = "/sys/devices/system";

    /// <summary>Returns the path here for a recorded one. An empty path, which is an error, stays empty.</summary>
    public string Here(string path)
    {
        if (path.Length == 0)
            return path;
        if (!path.StartsWith('/'))
            return $"{directory}{SystemDevices}/{path}";
        return path.StartsWith("/sys/", StringComparison.Ordinal) || path.StartsWith("/hotplugfs/", StringComparison.Ordinal)
            ? directory + path
            : elsewhere + path;
    }

    /// <summary>Returns the path on the recorded machine for a path here.</summary>
    public string There(string path) =>
        path.StartsWith(directory, StringComparison.Ordinal) ? path[directory.Length..] : path;
}
