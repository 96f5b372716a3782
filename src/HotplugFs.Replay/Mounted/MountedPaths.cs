namespace HotplugFs.Replay.Mounted;

/// <summary>Where the paths of recordings are when a machine is mounted. Nothing outside the mount and a private directory is ever named.</summary>
/// <param name="mount">The machine.</param>
internal sealed class MountedPaths(IMountedMachine mount)
{
    private const string SystemDevices = "/sys/devices/system";

    /// <summary>The path here of a recorded one. An empty path stays empty: it is an error of its own.</summary>
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

    /// <summary>What a path here would be on the recorded machine.</summary>
    public string There(string path) =>
        path.StartsWith(mount.Directory, StringComparison.Ordinal) ? path[mount.Directory.Length..] : path;
}
