using HotplugFs.Machines;
using HotplugFs.Machines.Files;

namespace HotplugFs.Replay.Recordings;

/// <summary>Reads the lines of a recording within limits, because a device or a compressed file can be endless.</summary>
/// <param name="file">The file's name, for messages.</param>
/// <param name="text">The text, which the caller closes.</param>
internal sealed class LimitedLines(string file, Stream text)
{
    /// <summary>The greatest length of a recording without compression, in bytes.</summary>
    public const int LengthMax = 8 * MachineFile.LengthMax;

    private readonly byte[] _buffer = new byte[1 << 14];
    private readonly MemoryStream _line = new();
    private int _start;
    private int _end;
    private int _lines;
    private long _length;

    /// <summary>Reads the next line.</summary>
    /// <returns>The line without its newline; null at the end.</returns>
    /// <exception cref="MachineFileException">A line or the recording is too long.</exception>
    public string? Next()
    {
        _line.SetLength(0);
        while (_start < _end || Fill())
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            var newline = rest.IndexOf((byte)'\n');
            _line.Write(newline < 0 ? rest : rest[..newline]);
            _start += newline < 0 ? rest.Length : newline + 1;
            if (_line.Length > MachineFile.LengthMax)
                throw new MachineFileException(file, _lines + 1, $"the line is longer than {MachineFile.LengthMax >> 20} MiB");
            if (newline >= 0)
                return Line();
        }
        return _line.Length > 0 ? Line() : null;
    }

    private bool Fill()
    {
        (_start, _end) = (0, text.Read(_buffer));
        _length += _end;
        if (_length > LengthMax)
            throw new MachineFileException(file, 0, $"the recording is longer than {LengthMax >> 20} MiB");
        return _end > 0;
    }

    private string Line()
    {
        _lines++;
        return Encoding.UTF8.GetString(_line.GetBuffer(), 0, (int)_line.Length).TrimEnd('\r');
    }
}
