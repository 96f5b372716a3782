using static HotplugFs.Linux.Fcntl;

namespace HotplugFs.Cli.Commands;

/// <summary>Writes to control files. The errno matters, and the runtime's exceptions do not carry it.</summary>
internal static class ControlFile
{
    /// <summary>Writes a line to an existing file with one write(2).</summary>
    /// <returns>The error of open(2) or write(2); EIO if the file took a part of the line only.</returns>
    public static Result Write(string path, string text)
    {
        var opened = Fcntl.Open(path, O_WRONLY | O_CLOEXEC);
        if (!opened.IsOk)
            return opened.Error;
        var line = Encoding.UTF8.GetBytes(text + "\n");
        var written = Unistd.Write(opened.Value, line);
        _ = Unistd.Close(opened.Value);
        if (!written.IsOk)
            return written.Error;
        return written.Value == line.Length ? Result.Ok : Errno.EIO;
    }
}
