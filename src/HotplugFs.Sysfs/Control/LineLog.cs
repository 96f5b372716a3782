namespace HotplugFs.Sysfs.Control;

/// <summary>A log of lines that is read as a file. When it is full, the oldest lines are dropped.</summary>
public sealed class LineLog : ILogSource
{
    /// <summary>The largest size of the log, in bytes.</summary>
    public const int CapacityBytes = 1 << 20;

    private readonly TextBuffer _line = new();
    private byte[] _ring = new byte[1 << 12];

    /// <inheritdoc/>
    public long Start { get; private set; }

    /// <inheritdoc/>
    public long End { get; private set; }

    /// <summary>Adds a line of text, given without its newline.</summary>
    public void Add(string line)
    {
        _line.Clear();
        Add(_line.Append(line).Append('\n').Text);
    }

    /// <summary>Adds a line of bytes, given with its newline. A line longer than half the capacity is cut.</summary>
    public void Add(ReadOnlySpan<byte> line)
    {
        line = line[..Math.Min(line.Length, CapacityBytes / 2)];
        Reserve(line.Length);
        CopyToRing(End, line);
        End += line.Length;
    }

    private void CopyToRing(long position, ReadOnlySpan<byte> bytes)
    {
        var index = (int)(position & (_ring.Length - 1));
        var atEnd = Math.Min(bytes.Length, _ring.Length - index);
        bytes[..atEnd].CopyTo(_ring.AsSpan(index));
        bytes[atEnd..].CopyTo(_ring);
    }

    /// <summary>Grows up to the capacity, then drops whole lines from the front.</summary>
    private void Reserve(int count)
    {
        while (End - Start + count > _ring.Length && _ring.Length < CapacityBytes)
            Grow();
        while (End - Start + count > _ring.Length)
            DropLine();
    }

    private void Grow()
    {
        var larger = new byte[_ring.Length * 2];
        for (var position = Start; position < End; position++)
            larger[position & (larger.Length - 1)] = _ring[position & (_ring.Length - 1)];
        _ring = larger;
    }

    private void DropLine()
    {
        var index = (int)(Start & (_ring.Length - 1));
        var length = _ring.AsSpan(index).IndexOf((byte)'\n');
        if (length < 0)
            length = _ring.Length - index + _ring.AsSpan().IndexOf((byte)'\n');
        Start += length + 1;
    }

    /// <inheritdoc/>
    public int ReadAt(long position, Span<byte> destination)
    {
        var count = (int)Math.Min(destination.Length, End - position);
        var index = (int)(position & (_ring.Length - 1));
        var atEnd = Math.Min(count, _ring.Length - index);
        _ring.AsSpan(index, atEnd).CopyTo(destination);
        _ring.AsSpan(0, count - atEnd).CopyTo(destination[atEnd..]);
        return count;
    }

    /// <inheritdoc/>
    public (int Count, long End) Restored { get; private set; }

    /// <summary>
    /// Passes the lines through a stream. They are put before the end of the log, so that positions never fall: those who follow the log
    /// continue with the next line.
    /// </summary>
    internal void Transfer(StateStream state)
    {
        var lines = new byte[End - Start];
        ReadAt(Start, lines);
        lines = state.Bytes(lines);
        if (!state.IsReading)
            return;
        End = Math.Max(End, lines.Length);
        Start = End - lines.Length;
        while (_ring.Length < lines.Length)
            _ring = new byte[_ring.Length * 2];
        CopyToRing(Start, lines);
        Restored = (Restored.Count + 1, End);
    }
}
