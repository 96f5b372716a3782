using System.Text;
using HotplugFs.Abi;
using HotplugFs.Cli.Native;
using HotplugFs.Cli.Requests;

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
    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            for (nint written = 0; written < buffer.Length;)
            {
                var count = Interop.Write(Descriptors.StandardOutput, start + written, (nuint)(buffer.Length - written));
                if (count >= 0)
                    written += count;
                else if (Interop.LastError == Errno.EAGAIN)
                    WaitUntilItTakesMore();
                else if (Interop.LastError == Errno.EPIPE)
                    return;
                else if (Interop.LastError != Errno.EINTR)
                    throw new CommandException($"standard output: {Interop.LastError.Text()}");
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static unsafe void WaitUntilItTakesMore()
    {
        var entry = new PollEntry { Descriptor = Descriptors.StandardOutput, Events = PollEntry.Output };
        _ = Interop.Poll(&entry, 1, -1);
    }
}
