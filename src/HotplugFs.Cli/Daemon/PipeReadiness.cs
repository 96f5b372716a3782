using Microsoft.Win32.SafeHandles;

namespace HotplugFs.Cli.Daemon;

/// <summary>
/// Reports to the launcher through the pipe at <see cref="Launcher.ReadyDescriptor"/>: one byte for the outcome, then the text. The pipe is
/// closed after that.
/// </summary>
internal sealed class PipeReadiness : IReadiness
{
    /// <summary>First byte if the mount answers.</summary>
    public const byte ReadyMark = (byte)'+';

    /// <summary>First byte if the mount failed.</summary>
    public const byte FailedMark = (byte)'-';

    /// <summary>First byte after a usage error; the text is to be shown as it is.</summary>
    public const byte UsageErrorMark = (byte)'?';

    private readonly SafeFileHandle _pipe = new(Launcher.ReadyDescriptor, ownsHandle: true);

    public bool ReportReady(string text) => Send(ReadyMark, text);

    /// <summary>
    /// Writes to standard error, which is /dev/null unless the launcher kept its own; the machine's log has the line, too.
    /// </summary>
    public void ReportProblem(string line) => StandardStream.OpenError().WriteLine($"{ProgramIdentity.HotplugFs.Name}: {line}");

    public bool ReportFailure(string problem) => !_pipe.IsClosed && Send(FailedMark, problem);

    /// <summary>Makes the launcher exit with status 2 and the message.</summary>
    /// <param name="text">The lines to show the user, each with its newline.</param>
    public void ReportUsageError(string text) => _ = Send(UsageErrorMark, text);

    public void Dispose() => _pipe.Dispose();

    /// <returns>False if the launcher has exited.</returns>
    private bool Send(byte mark, string text)
    {
        try
        {
            using var stream = new FileStream(_pipe, FileAccess.Write, bufferSize: 0);
            stream.Write([mark, .. Encoding.UTF8.GetBytes(text)]);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
