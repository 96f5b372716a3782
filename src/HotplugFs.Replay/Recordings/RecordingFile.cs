using System.IO.Compression;
using HotplugFs.Machines;

namespace HotplugFs.Replay.Recordings;

/// <summary>Reads files that can be replayed.</summary>
public static class RecordingFile
{
    /// <summary>Reads a recording or the log of an experiment.</summary>
    /// <param name="path">The file; compressed with gzip if its name ends in <c>.gz</c>.</param>
    /// <param name="kernel">The catalogue's name of the kernel to simulate; null for the recorded kernel.</param>
    /// <exception cref="MachineFileException">The file cannot be read, or a line is invalid; the message names file and line.</exception>
    public static IRecording Read(string path, string? kernel = null)
    {
        try
        {
            using var file = File.OpenRead(path);
            using Stream text = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
            var lines = new LimitedLines(path, text);
            var header = lines.Next()
                ?? throw new MachineFileException(path, 1, "the file is empty; a recording begins with a line that describes the machine");
            return ExperimentLog.IsHeader(header) ? ExperimentLog.Read(path, header, lines, kernel) : Trace.Read(path, header, lines, kernel);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new MachineFileException(path, 0, $"it cannot be read: {error.Message}");
        }
    }
}
