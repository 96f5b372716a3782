namespace HotplugFs.Cli.Running;

/// <summary>A file to which the machine's log or journal is copied before the machine is discarded.</summary>
internal sealed class RunLog : IDisposable
{
    private const string StandardError = "-";

    private readonly string _name;
    private readonly string _path;
    private readonly Stream _file;

    /// <summary>Creates the file, so that a bad path is reported before the command runs.</summary>
    /// <param name="name">The file of the machine, and the option: <c>log</c>.</param>
    /// <param name="path">The file; - for standard error.</param>
    /// <param name="errors">The descriptor of the command's standard error.</param>
    /// <exception cref="CommandException">The file cannot be created.</exception>
    public RunLog(string name, string path, int errors)
    {
        (_name, _path) = (name, path);
        try
        {
            _file = path == StandardError
                ? StandardStream.OpenError(errors)
                : new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (DirectoryNotFoundException)
        {
            throw new CommandException($"--{name} {path}: no such directory");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Failure(problem);
        }
        catch (ArgumentOutOfRangeException)
        {
            // The runtime's exception for EFBIG.
            throw Failure(new IOException(Errno.EFBIG.Text()));
        }
    }

    /// <summary>Copies the file of the machine that is mounted on a directory.</summary>
    /// <exception cref="CommandException">The log cannot be read, or the file cannot be written.</exception>
    public void CopyFrom(string sysroot)
    {
        try
        {
            var path = Path.Combine(sysroot, "hotplugfs", _name);
            using var log = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            log.CopyTo(_file);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Failure(problem);
        }
        catch (ArgumentOutOfRangeException)
        {
            // The runtime's exception for EFBIG.
            throw Failure(new IOException(Errno.EFBIG.Text()));
        }
    }

    private CommandException Failure(Exception problem) => new($"--{_name} {_path}: {SystemFailure.Describe(problem)}");

    public void Dispose() => _file.Dispose();
}
