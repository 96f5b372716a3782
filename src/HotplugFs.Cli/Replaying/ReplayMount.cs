using HotplugFs.Cli.Commands;
using HotplugFs.Cli.Daemon;
using HotplugFs.Fuse;
using HotplugFs.Replay;

namespace HotplugFs.Cli.Replaying;

/// <summary>The machine of a recording, mounted on a private directory by a daemon of its own. Nothing of it is left after disposal.</summary>
internal sealed class ReplayMount : IMountedMachine
{
    /// <summary>Other users go through it to the mount, but cannot look around.</summary>
    private const UnixFileMode MayPass = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly DirectoryInfo _place;
    private readonly int _daemon;

    /// <summary>Mounts.</summary>
    /// <param name="trace">The recording; its machine's kernel is the one whose rules hold.</param>
    /// <exception cref="CommandException">It cannot be mounted; nothing is left.</exception>
    public ReplayMount(Trace trace)
    {
        _place = System.IO.Directory.CreateTempSubdirectory("hotplugfs-replay-");
        try
        {
            if (OperatingSystem.IsLinux())
                _place.UnixFileMode = MayPass;
            _place.CreateSubdirectory("machine");
            _place.CreateSubdirectory("elsewhere");
            File.WriteAllText(HeaderFile, trace.Header.GetRawText());
            _daemon = Launcher.StartProcess(
            [
                "mount", MountCommand.DaemonOption, Directory, "--machine", HeaderFile, "--kernel", trace.Machine.Kernel,
                .. IsRoot ? new[] { "-o", MountOptions.AllowOtherWord } : [],
            ]).Process;
        }
        catch
        {
            RemoveFiles();
            throw;
        }
    }

    public string Directory => Path.Combine(_place.FullName, "machine");

    public string Elsewhere => Path.Combine(_place.FullName, "elsewhere");

    private string HeaderFile => Path.Combine(_place.FullName, "header.jsonl");

    /// <summary>Root may let others in; anybody else needs leave in /etc/fuse.conf, and could not become another user anyway.</summary>
    private static bool IsRoot => Native.Interop.GetEuid() == 0;

    public void Dispose()
    {
        if (TryUnmount())
            Launcher.WaitForEnd(_daemon);
        RemoveFiles();
    }

    /// <returns>False if somebody else looks into it: it is out of sight, and its daemon ends when they do.</returns>
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

    /// <summary>The mount point is removed as an empty directory only: nothing below a mount is ever deleted.</summary>
    private void RemoveFiles()
    {
        File.Delete(HeaderFile);
        if (System.IO.Directory.Exists(Elsewhere))
            System.IO.Directory.Delete(Elsewhere, recursive: true);
        if (System.IO.Directory.Exists(Directory))
            System.IO.Directory.Delete(Directory);
        _place.Delete();
    }
}
