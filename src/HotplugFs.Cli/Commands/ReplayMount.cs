using HotplugFs.Cli.Daemon;
using HotplugFs.Fuse;
using HotplugFs.Fuse.Mount;
using HotplugFs.Replay;
using HotplugFs.Replay.Recordings;

namespace HotplugFs.Cli.Commands;

/// <summary>A recording's machine, mounted by a daemon on a private directory. Disposal removes everything.</summary>
internal sealed class ReplayMount : IMountedMachine
{
    /// <summary>Lets other users reach the mount, but not list the directory.</summary>
    private const UnixFileMode SearchableByAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly DirectoryInfo _parent;
    private readonly int _daemon;

    /// <summary>Mounts the machine.</summary>
    /// <param name="trace">The recording. The daemon simulates the kernel that the recording's header names.</param>
    /// <exception cref="CommandException">The mount failed; nothing remains.</exception>
    public ReplayMount(Trace trace)
    {
        _parent = System.IO.Directory.CreateTempSubdirectory("hotplugfs-replay-");
        try
        {
            if (OperatingSystem.IsLinux())
                _parent.UnixFileMode = SearchableByAll;
            _parent.CreateSubdirectory("machine");
            _parent.CreateSubdirectory("elsewhere");
            WriteHeader(trace.HeaderWithConfig());
            _daemon = Launcher.Start(new MountRequest
            {
                Directory = Directory,
                Machine = new MachineSelection { Name = HeaderFile, Kernel = trace.Machine.Kernel },
                // Other users need user_allow_other in /etc/fuse.conf to let others in, and cannot switch users anyway.
                Options = new MountOptions { AllowOther = Unistd.GetEuid() == 0 },
            }).Process;
        }
        catch
        {
            RemoveFiles();
            throw;
        }
    }

    private void WriteHeader(string line)
    {
        try
        {
            File.WriteAllText(HeaderFile, line);
        }
        catch (ArgumentOutOfRangeException)
        {
            // The runtime's exception for EFBIG.
            throw new CommandException($"{HeaderFile}: {Errno.EFBIG.Text()}");
        }
    }

    public string Directory => Path.Combine(_parent.FullName, "machine");

    public string Elsewhere => Path.Combine(_parent.FullName, "elsewhere");

    private string HeaderFile => Path.Combine(_parent.FullName, "header.jsonl");

    public void Dispose()
    {
        if (TryUnmount())
            Launcher.WaitForEnd(_daemon);
        RemoveFiles();
    }

    /// <returns>False if another process uses the mount. The mount is then detached, and its daemon exits with its last user.</returns>
    private bool TryUnmount()
    {
        try
        {
            if (MountEntry.At(Directory) is { IsHotplugFs: true })
                FuseMount.Unmount(Directory);
            return true;
        }
        catch (FuseException) when (MountEntry.At(Directory) is { IsHotplugFs: true })
        {
            FuseMount.Unmount(Directory, lazy: true);
            return false;
        }
    }

    /// <summary>Removes the mount point only if it is empty, so that nothing below a mount is ever deleted.</summary>
    private void RemoveFiles()
    {
        File.Delete(HeaderFile);
        if (System.IO.Directory.Exists(Elsewhere))
            System.IO.Directory.Delete(Elsewhere, recursive: true);
        if (System.IO.Directory.Exists(Directory))
            System.IO.Directory.Delete(Directory);
        _parent.Delete();
    }
}
