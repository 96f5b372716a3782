using System.Text.Json;
using HotplugFs.Engine;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Replay.Experiments;

/// <summary>The figures of a zone in a line of a log; a line with changes has some of them only.</summary>
internal sealed class RecordedFigures
{
    private readonly JsonElement _json;

    /// <param name="member">A member such as <c>"node0 DMA32": {..}</c>.</param>
    /// <exception cref="FormatException">The name is not that of a zone.</exception>
    public RecordedFigures(JsonProperty member)
    {
        _json = member.Value;
        if (member.Name.Split(' ') is [{ } node, { } zone] && node.StartsWith("node", StringComparison.Ordinal)
            && int.TryParse(node["node".Length..], CultureInfo.InvariantCulture, out var number) && ZoneNames.TryParse(zone, out var type))
            (Node, Type) = (number, type);
        else
            throw new FormatException($"\"{member.Name}\" is not the name of a zone, such as \"node0 Normal\"");
    }

    public int Node { get; }

    public ZoneType Type { get; }

    public long Spanned => this["spanned"] ?? 0;

    /// <summary>A figure, in pages; null if the line does not have it.</summary>
    public long? this[string name] => _json.TryGetProperty(name, out var value) ? value.GetInt64() : null;

    public ZoneFigures ToFigures(long start)
    {
        var (present, managed) = (this["present"] ?? 0, this["managed"] ?? 0);
        return new ZoneFigures(Node, Type, new PfnRange(start, start + Spanned), present, managed, Initialized: Spanned > 0)
        {
            PresentBootPages = present,
            UsedPages = Math.Clamp(managed - (this["free"] ?? managed), 0, managed),
            Marks = new ZoneMarks(this["min"] ?? 0, this["low"] ?? 0, this["high"] ?? 0),
        };
    }
}
