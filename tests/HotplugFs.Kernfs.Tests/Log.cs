namespace HotplugFs.Kernfs.Tests;

/// <summary>A log that can drop its oldest bytes.</summary>
internal sealed class Log : ILogSource
{
    private readonly List<byte> _bytes = [];

    public long Start { get; private set; }

    public long End => Start + _bytes.Count;

    public (int Count, long End) Restored { get; set; }

    public void Append(string text) => _bytes.AddRange(Encoding.UTF8.GetBytes(text));

    public void DropTo(long position)
    {
        _bytes.RemoveRange(0, (int)(position - Start));
        Start = position;
    }

    public int ReadAt(long position, Span<byte> destination)
    {
        var count = (int)Math.Min(destination.Length, End - position);
        for (var i = 0; i < count; i++)
            destination[i] = _bytes[(int)(position - Start) + i];
        return count;
    }
}
