namespace HotplugFs.Cli.Requests;

/// <summary>
/// Standard output or standard error as a plain file. The runtime's console prepares for a terminal and its signals, with a thread and
/// further descriptors, before it writes the first line. Every subcommand would wait for that, and could not report that there are no
/// descriptors left.
/// </summary>
internal sealed class StandardStream : Stream
{
    private readonly int _descriptor;
    private readonly bool _dropsErrors;

    private StandardStream(int descriptor, bool dropsErrors) => (_descriptor, _dropsErrors) = (descriptor, dropsErrors);

    /// <summary>Opens a writer of UTF-8 text that writes at once.</summary>
    public static TextWriter OpenOutput() => Open(new StandardStream(Unistd.STDOUT_FILENO, dropsErrors: false));

    /// <summary>Opens a writer of UTF-8 text that writes at once, and drops what cannot be written.</summary>
    public static TextWriter OpenError() => Open(OpenError(Unistd.STDERR_FILENO));

    /// <summary>Opens a stream on a copy of standard error, which drops what cannot be written.</summary>
    public static Stream OpenError(int descriptor) => new StandardStream(descriptor, dropsErrors: true);

    /// <summary>Returns whether a writer is one of this class, not one of a test.</summary>
    public static bool IsUsedBy(TextWriter writer) => writer is StreamWriter { BaseStream: StandardStream };

    private static StreamWriter Open(Stream stream) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>
    /// Writes everything. EPIPE is ignored, because the reader closed the pipe on purpose. So is any error of standard error, because there
    /// is no other place to report it to.
    /// </summary>
    /// <exception cref="CommandException">Writing to standard output failed for another reason.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var written = Unistd.Write(_descriptor, buffer);
            if (written.IsOk)
                buffer = buffer[written.Value..];
            else if (written.Error == Errno.EAGAIN)
                WaitUntilWritable();
            else if (written.Error == Errno.EPIPE || (_dropsErrors && written.Error != Errno.EINTR))
                return;
            else if (written.Error != Errno.EINTR)
                throw new CommandException($"standard output: {written.Error.Text()}");
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void WaitUntilWritable()
    {
        var entry = new PollFd { Descriptor = _descriptor, Events = Poll.POLLOUT };
        _ = Poll.Wait(ref entry, Poll.Forever);
    }
}
