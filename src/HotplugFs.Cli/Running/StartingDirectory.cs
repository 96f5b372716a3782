namespace HotplugFs.Cli.Running;

/// <summary>The directory in which the command starts. It may be one that the simulated machine covers.</summary>
internal sealed class StartingDirectory
{
    private readonly string _path = File.ResolveLinkTarget("/proc/self/cwd", returnFinalTarget: false)!.FullName;

    /// <summary>
    /// Enters the directory again by its path, which may lead to the simulated machine now. A directory that was removed, or that this user
    /// cannot reach by its path, stays as it is, unless it is in a sysfs.
    /// </summary>
    /// <exception cref="CommandException">The command would start in a directory of the host's /sys.</exception>
    public void EnterAgain()
    {
        var changed = Unistd.ChDir(_path);
        var isOutside = PrivateMounts.IsInSysfs(_path) || SysVfs.StatFs(".") is { IsOk: true, Value.Type: SysVfs.SYSFS_MAGIC };
        if (!changed.IsOk && isOutside)
            throw new CommandException($"the current directory, {_path}, is not in the simulated machine: {changed.Error.Text()}");
    }
}
