namespace HotplugFs.Cli;

/// <summary>
/// Standard output as a plain file. The runtime's console prepares for a terminal and its signals, with a thread, before it writes the
/// first line, and every subcommand would wait for that.
/// </summary>
internal sealed class StandardOutput : Stream
{
    /// <summary>Opens a writer of UTF-8 text that writes at once.</summary>
    public static TextWriter Open() =>
        new StreamWriter(new StandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Writes everything. EPIPE is ignored: the reader closed the pipe on purpose.</summary>
    /// <exception cref="CommandException">The write failed for another reason.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var written = Unistd.Write(Unistd.STDOUT_FILENO, buffer);
            if (written.IsOk)
                buffer = buffer[written.Value..];
            else if (written.Error == Errno.EAGAIN)
                WaitUntilWritable();
            else if (written.Error == Errno.EPIPE)
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

    private static void WaitUntilWritable()
    {
        var entry = new PollFd { Descriptor = Unistd.STDOUT_FILENO, Events = Poll.POLLOUT };
        _ = Poll.Wait(ref entry, Poll.Forever);
    }
}
