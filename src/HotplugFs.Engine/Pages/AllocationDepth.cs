namespace HotplugFs.Engine.Pages;

/// <summary>How far an allocation empties a zone.</summary>
internal enum AllocationDepth : byte
{
    /// <summary>Down to <c>low</c> and the zone's protection, as the first pass of an allocation does.</summary>
    Low,

    /// <summary>Down to <c>min</c> and the zone's protection.</summary>
    Min,

    /// <summary>To the last page.</summary>
    All,
}
