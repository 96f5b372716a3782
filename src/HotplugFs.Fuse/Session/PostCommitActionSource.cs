namespace HotplugFs.Fuse.Session;

/// <summary>
/// Called on the tree's thread after each request. The returned action, if any, runs on the notifier thread after cache invalidation and
/// before the reply; used to send uevents.
/// </summary>
public delegate Action? PostCommitActionSource();
