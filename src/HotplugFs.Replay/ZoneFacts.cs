using HotplugFs.Machines.Recordings;

namespace HotplugFs.Replay;

/// <summary>A zone, or the span of a node, at a moment. The default value is a zone without memory.</summary>
/// <param name="StartPfn">The first page; 0 if no page is spanned.</param>
/// <param name="Spanned">The number of spanned pages.</param>
/// <param name="Present">The number of online pages.</param>
/// <param name="Managed">The number of pages that the page allocator manages; null if it is not recorded, as for a node.</param>
/// <param name="Initialized">True if the zone ever had memory; null if that is not recorded.</param>
internal readonly record struct ZoneFacts(long StartPfn, long Spanned, long Present, long? Managed = null, bool? Initialized = null)
{
    /// <summary>True for a zone that recordings leave out: everything that is recorded of it is zero.</summary>
    public bool IsEmpty => Spanned == 0 && Present == 0 && Managed is null or 0 && Initialized is not true;

    /// <summary>
    /// Returns the facts of a zone. The start of a zone that spans nothing has no meaning: 4.4 sets it when it refuses a zone move
    /// (docs/kernels.md, "Effects of a zone move").
    /// </summary>
    public static ZoneFacts Of(long startPfn, long spanned, long present, long? managed, bool? initialized) =>
        new(spanned == 0 ? 0 : startPfn, spanned, present, managed, initialized);

    /// <inheritdoc cref="Of(long, long, long, long?, bool?)"/>
    public static ZoneFacts Of(RecordedZone zone) =>
        Of(zone.StartPfn, zone.Spanned, zone.Present, zone.Managed, zone.Init is { } init ? init != 0 : null);

    /// <inheritdoc/>
    public override string ToString() => $"pages {StartPfn}+{Spanned}, present {Present}"
        + (Managed is { } managed ? $", managed {managed}" : "")
        + (Initialized is { } initialized ? $", {(initialized ? "" : "not ")}initialized" : "");

    /// <summary>Returns the facts without those that are not recorded of the same zone.</summary>
    public ZoneFacts Restrict(ZoneFacts recorded) => this with
    {
        Managed = recorded.Managed is null ? null : Managed,
        Initialized = recorded.Initialized is null ? null : Initialized,
    };
}
