using System.Buffers;
using System.Runtime.InteropServices;

namespace HotplugFs.Abi;

/// <summary>
/// The state of objects as bytes. Each object has one method that passes its values through the stream: they are written, or replaced by
/// those that were written before. So what is written and what is read cannot differ.
/// </summary>
/// <remarks>Not thread-safe. Numbers take one byte for each seven bits.</remarks>
public sealed class StateStream
{
    private const int BitsPerByte = 7;
    private const byte More = 1 << BitsPerByte;

    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly ReadOnlyMemory<byte> _input;
    private int _position;

    /// <summary>Makes an empty stream to write to.</summary>
    public StateStream()
    {
    }

    /// <summary>Makes a stream that reads what was written.</summary>
    public StateStream(ReadOnlyMemory<byte> written) => (_input, IsReading) = (written, true);

    /// <summary>True if values are replaced by those that were written.</summary>
    public bool IsReading { get; }

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _output.WrittenSpan;

    /// <summary>True if everything that was written has been read.</summary>
    public bool IsAtEnd => _position == _input.Length;

    /// <summary>Discards what was written.</summary>
    public void Clear() => _output.ResetWrittenCount();

    /// <summary>Passes a number.</summary>
    public long Number(long value) => IsReading ? ReadNumber() : WriteNumber(value);

    /// <inheritdoc cref="Number(long)"/>
    public int Number(int value) => checked((int)Number((long)value));

    /// <inheritdoc cref="Number(long)"/>
    public uint Number(uint value) => checked((uint)Number((long)value));

    /// <summary>Passes a number that can be missing.</summary>
    public long? Optional(long? value) => Flag(value is not null) ? Number(value.GetValueOrDefault()) : null;

    /// <summary>Passes a truth value.</summary>
    public bool Flag(bool value) => Number(value ? 1L : 0) != 0;

    /// <summary>Passes a time.</summary>
    public TimeSpan Time(TimeSpan value) => TimeSpan.FromTicks(Number(value.Ticks));

    /// <summary>Passes a text.</summary>
    public string Text(string value) => Encoding.UTF8.GetString(Bytes(IsReading ? [] : Encoding.UTF8.GetBytes(value)));

    /// <summary>Passes bytes of any number.</summary>
    public byte[] Bytes(byte[] value)
    {
        var bytes = IsReading ? new byte[Number(0)] : value;
        if (!IsReading)
            Number(value.Length);
        Raw(bytes);
        return bytes;
    }

    /// <summary>Passes the elements of an array, whose number both sides know.</summary>
    public void Raw<T>(Span<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        if (IsReading)
            Take(bytes.Length).CopyTo(bytes);
        else
            _output.Write(bytes);
    }

    /// <summary>Passes a list.</summary>
    /// <param name="item">Passes one item; reading, its argument is the default value.</param>
    /// <returns>The items that were read; the list itself if they were written.</returns>
    public IReadOnlyCollection<T> List<T>(IReadOnlyCollection<T> items, Func<T, T> item)
    {
        var count = Number(items.Count);
        if (IsReading)
        {
            var read = new List<T>();
            for (var i = 0; i < count; i++)
                read.Add(item(default!));
            return read;
        }
        foreach (var each in items)
            item(each);
        return items;
    }

    /// <summary>Passes a list of numbers.</summary>
    public IReadOnlyCollection<int> Numbers(IReadOnlyCollection<int> numbers) => List(numbers, Number);

    private long WriteNumber(long value)
    {
        // The sign is the lowest bit, so that small negative numbers are short, too.
        var rest = (ulong)(value << 1 ^ value >> 63);
        var bytes = _output.GetSpan(10);
        var length = 0;
        for (; rest >= More; rest >>= BitsPerByte)
            bytes[length++] = (byte)(rest | More);
        bytes[length++] = (byte)rest;
        _output.Advance(length);
        return value;
    }

    private long ReadNumber()
    {
        var (value, shift) = (0UL, 0);
        byte next;
        do
        {
            next = Take(1)[0];
            value |= (ulong)(next & (More - 1)) << shift;
            shift += BitsPerByte;
        }
        while (next >= More);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _input.Length - _position)
            throw new FormatException("the state ends too early");
        _position += count;
        return _input.Span[(_position - count).._position];
    }
}
