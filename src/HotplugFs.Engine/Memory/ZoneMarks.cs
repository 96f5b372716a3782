namespace HotplugFs.Engine.Memory;

/// <summary>The watermarks of a zone in pages (<c>min</c>, <c>low</c> and <c>high</c> in <c>/proc/zoneinfo</c>).</summary>
public readonly record struct ZoneMarks(long Min, long Low, long High);
