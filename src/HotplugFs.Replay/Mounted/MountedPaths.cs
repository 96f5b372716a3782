namespace HotplugFs.Replay.Mounted;

/// <summary>Converts paths of recordings to paths of a mounted machine. They never leave the mount and a private directory.</summary>
internal sealed class MountedPaths(IMountedMachine mount)
{
    private const string SystemDevices = "/sys/devices/system";

    /// <summary>Returns the path here for a recorded one. An empty path, which is an error, stays empty.</summary>
    public string Here(string path)
    {
        if (path.Length == 0)
            return path;
        if (!path.StartsWith('/'))
            return $"{mount.Directory}{SystemDevices}/{path}";
        return path.StartsWith("/sys/", StringComparison.Ordinal) || path.StartsWith("/hotplugfs/", StringComparison.Ordinal)
            ? mount.Directory + path
            : mount.Elsewhere + path;
    }

    /// <summary>Returns the path on the recorded machine for a path here.</summary>
    public string There(string path) =>
        path.StartsWith(mount.Directory, StringComparison.Ordinal) ? path[mount.Directory.Length..] : path;
}
