using System.Buffers.Text;

namespace HotplugFs.Abi;

/// <summary>
/// A reusable buffer for a file's text, as bytes. It grows as needed and keeps its memory, so that making texts of similar length
/// allocates nothing.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class TextBuffer
{
    private byte[] _bytes;
    private int _length;

    /// <summary>Makes an empty buffer.</summary>
    /// <param name="capacity">Bytes that fit before the buffer grows.</param>
    public TextBuffer(int capacity = 256) => _bytes = new byte[capacity];

    /// <summary>The text so far.</summary>
    public ReadOnlySpan<byte> Text => _bytes.AsSpan(0, _length);

    /// <summary>The number of bytes so far.</summary>
    public int Length => _length;

    /// <summary>Discards the text and keeps the memory.</summary>
    public void Clear() => _length = 0;

    /// <summary>Cuts the text to at most this many bytes.</summary>
    public void Truncate(int length) => _length = Math.Min(_length, length);

    /// <summary>Appends bytes unchanged; write literals as <c>"online\n"u8</c>.</summary>
    public TextBuffer Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(GetSpan(text.Length));
        _length += text.Length;
        return this;
    }

    /// <summary>Appends text as UTF-8.</summary>
    public TextBuffer Append(string text)
    {
        _length += Encoding.UTF8.GetBytes(text, GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)));
        return this;
    }

    /// <summary>Appends one byte.</summary>
    /// <param name="character">An ASCII character.</param>
    public TextBuffer Append(char character)
    {
        GetSpan(1)[0] = (byte)character;
        _length++;
        return this;
    }

    /// <summary>Appends a number in decimal, without padding.</summary>
    public TextBuffer Append(long number)
    {
        Utf8Formatter.TryFormat(number, GetSpan(20), out var written);
        _length += written;
        return this;
    }

    /// <summary>Appends a number in decimal, right-aligned with blanks like printf's <c>%8lu</c>.</summary>
    /// <param name="width">The minimum number of characters.</param>
    public TextBuffer AppendPadded(long number, int width)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, digits, out var written);
        for (var i = written; i < width; i++)
            Append(' ');
        return Append(digits[..written]);
    }

    /// <summary>Appends a number in lower-case hexadecimal, padded with zeros like printf's <c>%08lx</c>.</summary>
    /// <param name="width">The minimum number of digits.</param>
    public TextBuffer AppendHex(ulong number, int width = 1)
    {
        Utf8Formatter.TryFormat(number, GetSpan(16), out var written, new System.Buffers.StandardFormat('x', (byte)width));
        _length += written;
        return this;
    }

    private Span<byte> GetSpan(int sizeHint)
    {
        if (_bytes.Length - _length < sizeHint)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + sizeHint));
        return _bytes.AsSpan(_length);
    }

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(Text);
}
