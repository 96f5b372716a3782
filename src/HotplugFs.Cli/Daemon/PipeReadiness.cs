using System.Text;
using Microsoft.Win32.SafeHandles;

namespace HotplugFs.Cli.Daemon;

/// <summary>
/// Tells the process that started this daemon, through the pipe at <see cref="Launcher.ReadyDescriptor"/>: one byte for the outcome,
/// then the text. The pipe is closed after that.
/// </summary>
internal sealed class PipeReadiness : IReadiness
{
    /// <summary>First byte when the mount answers.</summary>
    public const byte ReadyMark = (byte)'+';

    /// <summary>First byte when there is no mount.</summary>
    public const byte FailedMark = (byte)'-';

    /// <summary>First byte when the command line is not understood; the text is what to show.</summary>
    public const byte NotUnderstoodMark = (byte)'?';

    private readonly SafeFileHandle _pipe = new(Launcher.ReadyDescriptor, ownsHandle: true);

    public bool Ready(string text) => Send(ReadyMark, text);

    /// <summary>Nobody is there any more; the machine's log has it.</summary>
    public void Complain(string line)
    {
    }

    public bool Failed(string problem) => !_pipe.IsClosed && Send(FailedMark, problem);

    /// <summary>Tells that the command line is wrong.</summary>
    /// <param name="text">What to show the user, with newlines.</param>
    public void NotUnderstood(string text) => _ = Send(NotUnderstoodMark, text);

    public void Dispose() => _pipe.Dispose();

    /// <returns>False if whoever waited has gone.</returns>
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
