namespace HotplugFs.Engine.Memory;

/// <summary>Up to three different zones in order, as <c>valid_zones</c> lists them.</summary>
public struct ZoneList
{
    private ZoneType _first;
    private ZoneType _second;
    private ZoneType _third;

    /// <summary>Number of zones, 0 to 3.</summary>
    public int Count { get; private set; }

    /// <summary>A zone by its position.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    public readonly ZoneType this[int index] => index switch
    {
        0 when Count > 0 => _first,
        1 when Count > 1 => _second,
        2 when Count > 2 => _third,
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    /// <summary>Appends a zone unless it is in the list.</summary>
    public void Add(ZoneType zone)
    {
        for (var i = 0; i < Count; i++)
            if (this[i] == zone)
                return;
        switch (Count++)
        {
            case 0: _first = zone; break;
            case 1: _second = zone; break;
            case 2: _third = zone; break;
            default: throw new InvalidOperationException("a block has at most three valid zones");
        }
    }

    /// <summary>Appends the list as <c>valid_zones</c> shows it; without a zone it is <c>none</c>.</summary>
    public readonly void AppendTo(TextBuffer text)
    {
        if (Count == 0)
            text.Append("none"u8);
        for (var i = 0; i < Count; i++)
            text.Append(i == 0 ? ""u8 : " "u8).Append(this[i].Name());
    }

    /// <summary>Returns the text that <see cref="AppendTo"/> appends.</summary>
    public override readonly string ToString()
    {
        var text = new TextBuffer(capacity: 64);
        AppendTo(text);
        return text.ToString();
    }
}
