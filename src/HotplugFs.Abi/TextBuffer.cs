using System.Buffers.Text;
using System.Text;

namespace HotplugFs.Abi;

/// <summary>
/// A reusable buffer that a file's text is made in, as bytes. It grows as needed and keeps its memory, so that making a text of
/// familiar length allocates nothing.
/// </summary>
/// <remarks>Not safe for use by two threads at once.</remarks>
public sealed class TextBuffer
{
    private byte[] _bytes;
    private int _length;

    /// <summary>Makes an empty buffer.</summary>
    /// <param name="capacity">Bytes to hold before it must grow.</param>
    public TextBuffer(int capacity = 256) => _bytes = new byte[capacity];

    /// <summary>The text made so far.</summary>
    public ReadOnlySpan<byte> Text => _bytes.AsSpan(0, _length);

    /// <summary>Number of bytes made so far.</summary>
    public int Length => _length;

    /// <summary>Forgets the text, keeps the memory.</summary>
    public void Clear() => _length = 0;

    /// <summary>Cuts the text to at most this many bytes.</summary>
    /// <param name="length">Bytes to keep.</param>
    public void Truncate(int length) => _length = Math.Min(_length, length);

    /// <summary>Adds bytes as they are; write literals as <c>"online\n"u8</c>.</summary>
    /// <param name="text">The bytes.</param>
    public TextBuffer Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        _length += text.Length;
        return this;
    }

    /// <summary>Adds text as UTF-8.</summary>
    /// <param name="text">The text.</param>
    public TextBuffer Append(string text)
    {
        var room = Room(Encoding.UTF8.GetMaxByteCount(text.Length));
        _length += Encoding.UTF8.GetBytes(text, room);
        return this;
    }

    /// <summary>Adds one byte.</summary>
    /// <param name="character">The byte, an ASCII character.</param>
    public TextBuffer Append(char character)
    {
        Room(1)[0] = (byte)character;
        _length++;
        return this;
    }

    /// <summary>Adds a number in decimal, without padding.</summary>
    /// <param name="number">The number.</param>
    public TextBuffer Append(long number)
    {
        Utf8Formatter.TryFormat(number, Room(20), out var written);
        _length += written;
        return this;
    }

    /// <summary>Adds a number in decimal, right-aligned with blanks as printf's <c>%8lu</c> does.</summary>
    /// <param name="number">The number.</param>
    /// <param name="width">Least number of characters.</param>
    public TextBuffer AppendPadded(long number, int width)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, digits, out var written);
        for (var i = written; i < width; i++)
            Append(' ');
        return Append(digits[..written]);
    }

    /// <summary>Adds a number in lower-case hexadecimal, filled up with zeros as printf's <c>%08lx</c> does.</summary>
    /// <param name="number">The number.</param>
    /// <param name="width">Least number of digits.</param>
    public TextBuffer AppendHex(ulong number, int width = 1)
    {
        Utf8Formatter.TryFormat(number, Room(16), out var written, new System.Buffers.StandardFormat('x', (byte)width));
        _length += written;
        return this;
    }

    private Span<byte> Room(int count)
    {
        if (_bytes.Length - _length < count)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        return _bytes.AsSpan(_length);
    }

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(Text);
}
