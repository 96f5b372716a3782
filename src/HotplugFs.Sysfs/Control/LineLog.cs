using System.Text;
using HotplugFs.Kernfs;

namespace HotplugFs.Sysfs.Control;

/// <summary>A log that is read as a file: lines of text, of which the newest are kept.</summary>
public sealed class LineLog : IStreamSource
{
    /// <summary>Bytes that are kept at most.</summary>
    public const int CapacityBytes = 1 << 20;

    private byte[] _ring = new byte[1 << 12];

    /// <inheritdoc/>
    public long Start { get; private set; }

    /// <inheritdoc/>
    public long End { get; private set; }

    /// <summary>Adds a line.</summary>
    /// <param name="line">The line, without a newline.</param>
    public void Add(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        foreach (var value in bytes.AsSpan(0, Math.Min(bytes.Length, CapacityBytes / 2)))
            Append(value);
    }

    private void Append(byte value)
    {
        if (End - Start == _ring.Length)
            MakeRoom();
        _ring[End & (_ring.Length - 1)] = value;
        End++;
    }

    /// <summary>Grows up to the capacity, then drops whole lines from the front.</summary>
    private void MakeRoom()
    {
        if (_ring.Length < CapacityBytes)
        {
            var larger = new byte[_ring.Length * 2];
            for (var position = Start; position < End; position++)
                larger[position & (larger.Length - 1)] = _ring[position & (_ring.Length - 1)];
            _ring = larger;
            return;
        }
        while (_ring[Start & (_ring.Length - 1)] != (byte)'\n')
            Start++;
        Start++;
    }

    /// <inheritdoc/>
    public int ReadAt(long position, Span<byte> destination)
    {
        var count = (int)Math.Min(destination.Length, End - position);
        for (var i = 0; i < count; i++)
            destination[i] = _ring[(position + i) & (_ring.Length - 1)];
        return count;
    }
}
