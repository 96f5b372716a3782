using HotplugFs.Fuse.Mount;

namespace HotplugFs.Cli.Fleet;

/// <summary>A machine that is mounted, and what its files say of it.</summary>
/// <param name="Directory">The mount point.</param>
/// <param name="Problem">Why its files cannot be read; null if they can.</param>
/// <param name="Name">The preset, or the file without its directory.</param>
/// <param name="Kernel">The simulated kernel.</param>
/// <param name="Blocks">The number of its memory blocks.</param>
/// <param name="Daemon">The process id of its daemon, in the daemon's own namespace.</param>
internal sealed record MountedMachine(string Directory, string? Problem, string? Name, string? Kernel, int Blocks, int Daemon)
{
    /// <summary>How long a machine may take to answer.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Finds the mounts of this user, in the order in which they were mounted. The table has the owner's number in the user namespace of the
    /// mount, which may be that of another user here; but other users' mounts cannot be reached.
    /// </summary>
    public static IEnumerable<string> FindDirectories() =>
        MountEntry.ReadAll().Where(each => each.IsHotplugFs && each.Owner == Unistd.GetEuid()).Select(each => each.MountPoint).Distinct()
            .Where(directory => Stdlib.RealPath(directory) is not { IsOk: false, Error: Errno.EACCES });

    /// <summary>Looks at all mounts of this user at the same time, because one whose daemon is stopped does not answer.</summary>
    public static IReadOnlyList<MountedMachine> FindAll()
    {
        var start = TimeProvider.System.GetTimestamp();
        var found = FindDirectories().Select(directory => (directory, Look: Task.Factory.StartNew(
            () => Look(directory), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))).ToList();
        return [.. found.Select(each => Answer(each.directory, each.Look, AnswerTime - TimeProvider.System.GetElapsedTime(start)))];
    }

    private static MountedMachine Answer(string directory, Task<MountedMachine> look, TimeSpan left) =>
        look.Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero) ? look.Result : Failed(directory, "its daemon does not answer");

    private static MountedMachine Failed(string directory, string problem) => new(directory, problem, null, null, 0, 0);

    private static MountedMachine Look(string directory)
    {
        try
        {
            var control = Path.Combine(directory, "hotplugfs");
            if (!System.IO.Directory.Exists(control))
            {
                // Listing it gives the reason if the daemon is gone.
                _ = System.IO.Directory.GetFileSystemEntries(directory);
                return Failed(directory, "only a subtree is mounted");
            }
            var blocks = System.IO.Directory.EnumerateDirectories(Path.Combine(directory, "sys/devices/system/memory"), "memory*").Count();
            return new MountedMachine(
                directory, null, Read("name"), Read("kernel"), blocks, int.Parse(Read("daemon"), CultureInfo.InvariantCulture));

            string Read(string file) => File.ReadAllText(Path.Combine(control, file)).TrimEnd('\n');
        }
        catch (Exception problem) when (SystemFailure.Is(problem))
        {
            return Failed(directory, SystemFailure.Describe(problem));
        }
    }
}
