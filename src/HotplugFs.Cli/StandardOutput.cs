using System.Text;
using HotplugFs.Abi;
using HotplugFs.Cli.Requests;
using HotplugFs.Linux;

namespace HotplugFs.Cli;

/// <summary>
/// Standard output as a plain file. The runtime's console makes itself ready for a terminal and for its signals, with a thread, before it writes
/// the first line; every verb would wait for that.
/// </summary>
internal sealed class StandardOutput : Stream
{
    /// <summary>A writer of UTF-8 text that keeps nothing back.</summary>
    public static TextWriter Open() => new StreamWriter(new StandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Writes all of it, unless nobody reads it any more (EPIPE): whoever closed the pipe does not want to know.</summary>
    /// <exception cref="CommandException">It cannot be written.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var written = Unistd.Write(Unistd.STDOUT_FILENO, buffer);
            if (written.IsOk)
                buffer = buffer[written.Value..];
            else if (written.Error == Errno.EAGAIN)
                WaitUntilItTakesMore();
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

    private static void WaitUntilItTakesMore()
    {
        var entry = new PollFd { Descriptor = Unistd.STDOUT_FILENO, Events = Poll.POLLOUT };
        _ = Poll.Wait(ref entry, Poll.Forever);
    }
}
