using System.Text;
using HotplugFs.Abi;

namespace HotplugFs.Cli.Native;

/// <summary>Writes to files whose error numbers matter: the framework's exceptions do not tell them.</summary>
internal static class ControlFile
{
    private const int WriteOnly = 1;

    /// <summary>Writes a text with one write(2), into a file that must be there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">The text.</param>
    /// <returns>The error of open(2) or write(2); EIO if less was taken than given.</returns>
    public static unsafe Result Write(string path, string text)
    {
        var descriptor = Interop.Open(path, WriteOnly | Descriptors.Hidden);
        if (descriptor < 0)
            return Interop.LastError;
        var bytes = Encoding.UTF8.GetBytes(text + "\n");
        nint written;
        Errno error;
        fixed (byte* start = bytes)
        {
            written = Interop.Write(descriptor, start, (nuint)bytes.Length);
            error = Interop.LastError;
        }
        _ = Interop.Close(descriptor);
        if (written < 0)
            return error;
        return written == bytes.Length ? Result.Ok : Errno.EIO;
    }
}
