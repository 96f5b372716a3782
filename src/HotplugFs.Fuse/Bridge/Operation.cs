namespace HotplugFs.Fuse.Bridge;

/// <summary>Handles one request.</summary>
/// <param name="request">Its body is at least as long as the operation requires.</param>
/// <param name="reply">Must be answered exactly once.</param>
internal delegate void Handler(Request request, Reply reply);

/// <summary>One row of the table of operations.</summary>
/// <param name="BodyMin">The minimum size of a request's body in bytes.</param>
internal sealed record Operation(int BodyMin, Handler Handler);
