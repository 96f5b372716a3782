namespace HotplugFs.Engine;

/// <summary>A moment within an operation at which others can look at the machine.</summary>
public enum HotplugStep
{
    /// <summary>The notifiers agreed to the block coming online; it still shows <c>offline</c>.</summary>
    GoingOnline,

    /// <summary>The block shows <c>going-offline</c>; nobody was asked yet.</summary>
    GoingOffline,

    /// <summary>The notifiers agreed and pages are being moved away; the block shows <c>going-offline</c>.</summary>
    Migrating,
}
