using HotplugFs.Cli.Daemon;
using HotplugFs.Fuse;
using HotplugFs.Fuse.Mount;

namespace HotplugFs.Cli.Fleet;

/// <summary>Machines that are mounted on the directories DIR/0, DIR/1 and so on.</summary>
internal static class MachineFleet
{
    /// <summary>How many machines a fleet can have.</summary>
    public const int CountMax = 10_000;

    /// <summary>Mounts machines; if one fails, none is left.</summary>
    /// <param name="parent">The directory DIR, which is made if it does not exist.</param>
    /// <param name="stop">Ends the operation, which then undoes what it did.</param>
    /// <returns>The first line of the first greeting.</returns>
    /// <exception cref="CommandException">A directory is in use, or a mount failed.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static string Up(string parent, int count, MachineSelection machine, CancellationToken stop)
    {
        var isNew = !Directory.Exists(parent);
        var greetings = new List<string>();
        List<string> made = [];
        try
        {
            for (var number = 0; number < count; number++)
            {
                stop.ThrowIfCancellationRequested();
                var directory = Path.Combine(parent, number.ToString(CultureInfo.InvariantCulture));
                if (Path.Exists(directory))
                    throw new CommandException($"{directory}: it exists; choose another directory, or end its fleet: hotplugfs fleet down {parent}");
                Directory.CreateDirectory(directory);
                made.Add(directory);
                greetings.Add(Launcher.Start(new MountRequest { Directory = directory, Machine = machine }).Greeting);
            }
            return greetings[0].Split('\n')[0];
        }
        catch
        {
            foreach (var directory in made)
                End(directory);
            if (isNew && Directory.Exists(parent))
                Directory.Delete(parent);
            throw;
        }
    }

    /// <summary>Unmounts the machines below a directory, and removes their mount points.</summary>
    /// <param name="lazy">Detach mounts that are in use.</param>
    /// <exception cref="CommandException">There is none, or one is in use; the others are gone.</exception>
    public static void Down(string parent, bool lazy)
    {
        if (!Stdlib.RealPath(parent).TryGet(out var resolved, out var error))
            throw new CommandException($"{parent}: {error.Text()}");
        string[] directories = [.. MountedMachine.FindDirectories().Where(each => Path.GetDirectoryName(each) == resolved)];
        if (directories.Length == 0)
            throw new CommandException($"{parent}: no machine is mounted below it (see: hotplugfs list)");
        UnmountEach(directories, lazy, Directory.Delete);
    }

    /// <summary>Unmounts machines, all that are not in use.</summary>
    /// <param name="ended">Called with the directory of each that is unmounted.</param>
    /// <exception cref="CommandException">One could not be unmounted; the others are.</exception>
    public static void UnmountEach(IEnumerable<string> directories, bool lazy, Action<string> ended)
    {
        List<string> problems = [];
        foreach (var directory in directories)
        {
            try
            {
                FuseMount.Unmount(directory, lazy);
                ended(directory);
            }
            catch (Exception problem) when (problem is FuseException or IOException)
            {
                problems.Add(problem.Message);
            }
        }
        if (problems.Count > 0)
            throw new CommandException(string.Join("\n", problems));
    }

    private static void End(string directory)
    {
        if (Stdlib.RealPath(directory).TryGet(out var resolved, out _) && MountEntry.At(resolved) is { IsHotplugFs: true })
            FuseMount.Unmount(directory, lazy: true);
        Directory.Delete(directory);
    }
}
