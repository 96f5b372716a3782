namespace HotplugFs.Cli.Running;

/// <summary>The file that the machine's log goes to when its command has ended: the machine, and the log with it, are gone then.</summary>
internal sealed class RunLog : IDisposable
{
    private readonly FileStream _file;

    /// <summary>Makes the file, before anything is run.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="RunException">It cannot be written.</exception>
    public RunLog(string path)
    {
        try
        {
            _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new RunException($"--log {path}: {problem.Message}");
        }
    }

    /// <summary>Copies the log.</summary>
    /// <param name="sysroot">Where the whole machine is mounted.</param>
    public void CopyFrom(string sysroot)
    {
        using var log = new FileStream(Path.Combine(sysroot, "hotplugfs/log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        log.CopyTo(_file);
        _file.Flush();
    }

    public void Dispose() => _file.Dispose();
}
