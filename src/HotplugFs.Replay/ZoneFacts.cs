using HotplugFs.Machines.Recordings;

namespace HotplugFs.Replay;

/// <summary>A zone, or the span of a node, at a moment. The default value is a zone without memory.</summary>
/// <param name="StartPfn">The first page; 0 if no page is spanned.</param>
/// <param name="Spanned">The number of spanned pages.</param>
/// <param name="Present">The number of online pages.</param>
internal readonly record struct ZoneFacts(long StartPfn, long Spanned, long Present)
{
    /// <summary>
    /// Returns the facts of a zone. The start of a zone that spans nothing has no meaning: 4.4 sets it when it refuses a zone move
    /// (docs/kernels.md, "Effects of a zone move").
    /// </summary>
    public static ZoneFacts Of(long startPfn, long spanned, long present) => new(spanned == 0 ? 0 : startPfn, spanned, present);

    /// <inheritdoc cref="Of(long, long, long)"/>
    public static ZoneFacts Of(RecordedZone zone) => Of(zone.StartPfn, zone.Spanned, zone.Present);
}
