namespace HotplugFs.Cli.Running;

/// <summary>The file to which the machine's log is copied before the machine is discarded.</summary>
internal sealed class RunLog : IDisposable
{
    private readonly FileStream _file;

    /// <summary>Creates the file, so that a bad path is reported before the command runs.</summary>
    /// <exception cref="CommandException">The file cannot be created.</exception>
    public RunLog(string path)
    {
        try
        {
            _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (DirectoryNotFoundException)
        {
            throw new CommandException($"--log {path}: no such directory");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"--log {path}: {problem.Message}");
        }
    }

    /// <summary>Copies the log of the machine that is mounted on a directory.</summary>
    public void CopyFrom(string sysroot)
    {
        var path = Path.Combine(sysroot, "hotplugfs/log");
        using var log = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        log.CopyTo(_file);
        _file.Flush();
    }

    public void Dispose() => _file.Dispose();
}
