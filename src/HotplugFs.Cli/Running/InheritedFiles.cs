namespace HotplugFs.Cli.Running;

/// <summary>
/// The descriptors that the user opened for the command. A directory that was opened outside leads to the host's files: everything below it
/// and, by "..", above it is reached through the mounts of the namespace in which it was opened.
/// </summary>
internal static class InheritedFiles
{
    private const string Table = "/proc/self/fd";

    /// <summary>
    /// Opens directories and files of a sysfs again by their paths, which may lead to the simulated machine now. Those whose path no longer
    /// leads to them are not passed on.
    /// </summary>
    /// <param name="files">
    /// Descriptors that execve(2) closes, and the number that each gets in the command. Files that are inherited and opened again are added.
    /// </param>
    public static void OpenAgain(List<(int Descriptor, int Number)> files)
    {
        for (var index = files.Count - 1; index >= 0; index--)
        {
            var (descriptor, number) = files[index];
            if (!LeadsOutside(descriptor))
                continue;
            files.RemoveAt(index);
            OpenAgain(descriptor, number, files);
        }
        foreach (var entry in Directory.GetFileSystemEntries(Table))
        {
            var number = int.Parse(Path.GetFileName(entry), CultureInfo.InvariantCulture);
            // The streams of this process are pipes.
            if (number <= Unistd.STDERR_FILENO || !Fcntl.IsInherited(number) || !LeadsOutside(number))
                continue;
            _ = Fcntl.SetCloseOnExec(number);
            OpenAgain(number, number, files);
        }
    }

    private static void OpenAgain(int descriptor, int number, List<(int Descriptor, int Number)> files)
    {
        if (File.ResolveLinkTarget($"{Table}/{descriptor}", returnFinalTarget: false) is { FullName: var path }
            && Fcntl.GetFlags(descriptor) is { IsOk: true, Value: var flags }
            && Fcntl.Open(path, flags | Fcntl.O_CLOEXEC) is { IsOk: true, Value: var again })
            files.Add((again, number));
    }

    private static bool LeadsOutside(int descriptor) =>
        (SysStat.FStatx(descriptor) is { IsOk: true, Value.Mode: var mode } && (mode & ModeBits.TypeMask) == ModeBits.Directory)
        || SysVfs.FStatFs(descriptor) is { IsOk: true, Value.Type: SysVfs.SYSFS_MAGIC };
}
