namespace HotplugFs.Engine.Pages;

/// <summary>A load to start.</summary>
/// <param name="Id">The user's name for it.</param>
/// <param name="Kind">What its pages hold.</param>
/// <param name="SizeBytes">The size that is asked for, in bytes.</param>
/// <param name="Node">Number of the node of its policy.</param>
/// <param name="Policy">How strictly that node is used.</param>
public sealed record LoadDefinition(string Id, PageKind Kind, long SizeBytes, int Node, MemoryPolicy Policy)
{
    /// <summary>The form of a name, for messages.</summary>
    public const string IdForm = ObjectNames.Form + ", and not start, resize or stop";

    /// <summary>True if the text can be a name, which also names a directory beside the files <c>start</c>, <c>resize</c> and <c>stop</c>.</summary>
    public static bool IsId(string id) => ObjectNames.IsName(id) && id is not ("start" or "resize" or "stop");

    /// <summary>How often it frees and allocates a quarter of its pages, at most <see cref="Loads.ChurnMax"/>.</summary>
    public int Churn { get; init; }

    /// <summary>The seed of <see cref="Churn"/>.</summary>
    public int Seed { get; init; } = 1;

    /// <inheritdoc cref="LoadPlacement.HugePageKiB"/>
    public int HugePageKiB { get; init; }

    /// <summary>Where its pages are; if empty, they are allocated.</summary>
    public IReadOnlyList<PagesInBlock> Places { get; init; } = [];
}

/// <summary>A number of pages of a block.</summary>
/// <param name="Zone">Their zone; a block that straddles a zone boundary has several.</param>
public sealed record PagesInBlock(BlockId Block, ZoneType Zone, int Pages)
{
    /// <summary>The size in KiB of the huge pages that they belong to; 0 for the default size, and for pages of another kind.</summary>
    public int HugePageKiB { get; init; }
}
